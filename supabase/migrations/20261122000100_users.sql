-- Users as Holdfast sees them. auth.users (the embedded service's or a real Supabase's) is the authority: a trigger mirrors it, so that
-- whoever signs up by whatever client exists here in the same transaction.
create schema if not exists holdfast;
comment on schema holdfast is 'Holdfast. Not for PostgREST: no role of Supabase''s API has any right here.';

-- UUID version 7 (RFC 9562), for rows that SQL makes itself; PostgreSQL has its own only from 18 on.
create function holdfast.uuid7() returns uuid language sql volatile as $$
  select encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1), 'hex')::uuid
$$;

create table holdfast.users (
  id uuid primary key, -- auth.users.id, and the id of the person's root folder
  email text not null,
  role text not null default 'user' check (role in ('admin', 'user')),
  display_name text check (char_length(display_name) <= 100),
  disabled_until timestamptz, -- disabled while this lies ahead; 'infinity' for good
  deleted_at timestamptz, -- set when auth.users lost the row; a job removes what is left
  quota_bytes bigint check (quota_bytes >= 0),
  used_bytes bigint not null default 0, -- without what usage_entries has not been folded in yet
  last_sign_in_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index users_email on holdfast.users (lower(email));
create index users_admins on holdfast.users (id) where role = 'admin' and deleted_at is null;

-- Changes of a person's use of storage. Appended, then folded into users.used_bytes by a job: parallel uploads of one person never queue
-- behind one hot row (people with a quota do lock their row: their limit is exact).
create table holdfast.usage_entries (
  id bigint generated always as identity primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  bytes bigint not null
);
create index usage_entries_user on holdfast.usage_entries (user_id) include (bytes);

create function holdfast.used_bytes(of_user uuid) returns bigint language sql stable as $$
  select u.used_bytes + coalesce((select sum(bytes) from holdfast.usage_entries e where e.user_id = u.id), 0)::bigint
  from holdfast.users u where u.id = of_user
$$;

create table holdfast.login_history (
  id uuid primary key,
  user_id uuid references holdfast.users (id) on delete cascade, -- null: no such account
  email text,
  occurred_at timestamptz not null default now(),
  ip inet,
  user_agent text,
  method text not null, -- password, refresh, otp, …
  outcome text not null -- success, invalid_credentials, throttled, disabled, not_confirmed, mfa_required
);
create index login_history_user on holdfast.login_history (user_id, id desc);
create index login_history_time on holdfast.login_history using brin (occurred_at);

-- Failed tries per account and address, shared by all nodes. key is a keyed hash: neither address nor e-mail can be read from it.
create table holdfast.throttle (
  key bytea primary key,
  failures int not null,
  window_ends_at timestamptz not null
);

create table holdfast.settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- Idempotency-Key: the answer that the first request with this key got, for a day.
create table holdfast.idempotency_keys (
  user_id uuid not null references holdfast.users (id) on delete cascade,
  key text not null,
  request_hash bytea not null,
  status int,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
