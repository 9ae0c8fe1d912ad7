-- Keys to the admin endpoints of the embedded sign-in service, by their `jti`. The keys themselves are signed, and lie nowhere. Keys that
-- are not in here count from the moment on that the setting 'service-keys-from' names, in seconds since 1970.
create table holdfast.service_keys (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 100),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
alter table holdfast.service_keys enable row level security;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.service_keys from %I', found);
  end loop;
end
$$;
