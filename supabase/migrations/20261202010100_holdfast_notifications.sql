-- What people are told of: somebody shared something with them, named them in a comment, took a role back. The page shows them, mail sums them up.
create table holdfast.notifications (
  id uuid primary key default holdfast.uuid7(),
  user_id uuid not null references holdfast.users (id) on delete cascade, -- who is told
  kind text not null,
  actor_id uuid references holdfast.users (id) on delete set null, -- whose doing it is; null: the server's
  file_id uuid references holdfast.files (id) on delete cascade, -- what it is about, where it is about a file or folder
  detail jsonb not null default '{}',
  created_at timestamptz not null default now(),
  read_at timestamptz,
  mailed_at timestamptz
);
create index notifications_user on holdfast.notifications (user_id, id desc);
create index notifications_unread on holdfast.notifications (user_id) where read_at is null;
create index notifications_file on holdfast.notifications (file_id) where file_id is not null;
alter table holdfast.notifications enable row level security;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.notifications from %I', found);
  end loop;
end
$$;
