-- Until now every address counted as verified where accounts confirm themselves. From now on it is noted with the account's identity who vouches
-- for it; a sign-in with another service joins no account whose address nobody did. Of the accounts that are there, an address counts as proved
-- where the service's own record says so: an administrator made or invited the account with this address, or a mail asked for its confirmation.
-- A real Supabase keeps its own rows.
do $$
begin
  if not exists (select from holdfast.settings where key = 'identity-service' and value = '"embedded"') then
    return;
  end if;
  update auth.identities i set identity_data = i.identity_data || case
    when (u.id::text, u.email) in (
      select payload #>> '{traits,user_id}', payload #>> '{traits,user_email}' from auth.audit_log_entries
      where payload ->> 'action' in ('user_signedup', 'user_invited') and payload ->> 'actor_username' = 'service_role')
      then '{"email_verified": true, "email_proof": "admin"}'::jsonb
    when (u.id::text, u.email) in (
      select payload ->> 'actor_id', payload ->> 'actor_username' from auth.audit_log_entries
      where payload ->> 'action' = 'user_confirmation_requested')
      then '{"email_verified": true, "email_proof": "mail"}'::jsonb
    else '{"email_verified": false}'::jsonb
  end
  from auth.users u
  where u.id = i.user_id and i.provider = 'email' and u.email_confirmed_at is not null
    and i.identity_data -> 'email_verified' = 'true' and not i.identity_data ? 'email_proof';
end
$$;
