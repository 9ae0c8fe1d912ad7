-- Personal access tokens and app passwords. Whoever reads this table can use none of them: a token is 32 random bytes, and only its
-- SHA-256 is kept.
create table holdfast.access_tokens (
  id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0),
  expires_at timestamptz, -- null: until it is revoked
  last_used_at timestamptz, -- written at most once a minute
  created_at timestamptz not null default now()
);
create index access_tokens_user on holdfast.access_tokens (user_id, id desc);

-- Ten codes that each stand in for a lost second factor once. 80 random bits: their SHA-256 (over user id and code) gives nothing away.
create table holdfast.recovery_codes (
  user_id uuid not null references holdfast.users (id) on delete cascade,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (user_id, code_hash)
);

-- Sessions (auth.sessions) that showed a recovery code in place of the second factor. No foreign key: that table may be a real Supabase's.
create table holdfast.recovered_sessions (
  session_id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  created_at timestamptz not null default now()
);

-- Who signed up while an administrator's approval was asked for. Set in the transaction that makes the account, whatever door it came by.
alter table holdfast.users add column awaiting_approval boolean not null default false;

create function holdfast.judge_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  new.awaiting_approval := new.awaiting_approval or new.role <> 'admin' and exists (
    select from holdfast.settings where key = 'signup' and value = '"approval"');
  return new;
end
$$;
create trigger judge_new_user before insert on holdfast.users
  for each row execute function holdfast.judge_new_user();

-- What can be revoked of a person is cached by every node until it hears of a change.
create trigger access_token_end after delete on holdfast.access_tokens
  for each row execute function holdfast.announce_session_end();

create function holdfast.announce_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform pg_notify('holdfast_principals', new.id::text);
  return null;
end
$$;
create trigger user_approved after update of awaiting_approval on holdfast.users
  for each row when (old.awaiting_approval is distinct from new.awaiting_approval) execute function holdfast.announce_user();

-- The sign-in policy counts for everybody: '*'. (The table holds livelier things too.)
create function holdfast.announce_policy() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform pg_notify('holdfast_principals', '*');
  return null;
end
$$;
create trigger sign_in_policy after insert or update on holdfast.settings
  for each row when (new.key in ('signup', 'second-factor')) execute function holdfast.announce_policy();

do $$
declare
  found text;
begin
  for found in select unnest(array['access_tokens', 'recovery_codes', 'recovered_sessions']) loop
    execute format('alter table holdfast.%I enable row level security', found);
  end loop;
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on all tables in schema holdfast from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
