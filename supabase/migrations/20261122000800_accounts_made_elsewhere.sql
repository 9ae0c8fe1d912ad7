-- A Supabase makes an account for whoever comes back from another service (Google, Keycloak), and cannot be told by us not to. While sign-up is
-- not open such an account waits for an administrator, as with approval. Whom an administrator invited has been let in before.
-- "signup" is what an administrator chose, "default-signup" the setting of the start.
create or replace function holdfast.judge_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  policy text := coalesce(
    (select value #>> '{}' from holdfast.settings where key = 'signup'),
    (select value #>> '{}' from holdfast.settings where key = 'default-signup'),
    'closed');
begin
  if new.role <> 'admin' then
    new.awaiting_approval := new.awaiting_approval or policy = 'approval' or policy <> 'open' and exists (
      select from auth.users where id = new.id and invited_at is null
        and coalesce(raw_app_meta_data ->> 'provider', 'email') not in ('email', 'phone'));
  end if;
  return new;
end
$$;
