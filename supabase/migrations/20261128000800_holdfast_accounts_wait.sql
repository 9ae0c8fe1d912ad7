-- While a real Supabase answers, anybody who reaches it can make an account there, whatever Holdfast's own setting says. Unless sign-up is
-- open here such an account waits for an administrator, by whatever way it was made: address and password, mail, another service, nobody's
-- name. Whom an administrator made or invited is approved by the server right after.
-- "identity-service" is who answers, as the last start has found it.
create or replace function holdfast.judge_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  policy text := coalesce(
    (select value #>> '{}' from holdfast.settings where key = 'signup'),
    (select value #>> '{}' from holdfast.settings where key = 'default-signup'),
    'closed');
  elsewhere boolean := exists (select from holdfast.settings where key = 'identity-service' and value = '"supabase"');
begin
  if new.role <> 'admin' then
    new.awaiting_approval := new.awaiting_approval or policy = 'approval' or policy <> 'open' and exists (
      select from auth.users where id = new.id and invited_at is null
        and (elsewhere or coalesce(raw_app_meta_data ->> 'provider', 'email') not in ('email', 'phone')));
  end if;
  return new;
end
$$;
