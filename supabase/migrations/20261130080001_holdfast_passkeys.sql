-- Passkeys are a second factor where the policy asks for one: the embedded service demands a PIN or a finger with each. A Supabase only
-- prefers it and gives their sessions aal1, and an older one has no such table, so there they count for nothing here.
create function holdfast.has_passkey(person uuid) returns boolean language plpgsql stable as $$
begin
  if (select value from holdfast.settings where key = 'identity-service') is distinct from '"embedded"'::jsonb then
    return false;
  end if;
  return exists (select from auth.webauthn_credentials where user_id = person);
end
$$;

-- Whether the policy asks for a second factor of people with this role.
create function holdfast.wants_second_factor(of_role text) returns boolean language sql stable as $$
  select coalesce((select value = '"everybody"' or (value = '"admins"' and of_role = 'admin')
    from holdfast.settings where key = 'second-factor'), false)
$$;
