-- The roles and the schema that every Supabase database has. Roles belong to the whole cluster, so another database
-- of the same cluster may be creating them at this moment.
CREATE SCHEMA IF NOT EXISTS auth;

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    IF wanted = 'service_role' THEN
      BEGIN
        ALTER ROLE service_role BYPASSRLS;
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'service_role was made without BYPASSRLS: the connected role may not grant it';
      END;
    END IF;
  END LOOP;
END $$;

-- The schema alone, for auth.uid() and its like in policies. No table of it is readable for these roles.
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;

