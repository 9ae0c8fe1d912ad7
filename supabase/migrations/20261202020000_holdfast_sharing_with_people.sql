-- What somebody was given and does not want to see in their list of what others share with them.
create table holdfast.shared_hidden (
  user_id uuid not null references holdfast.users (id) on delete cascade,
  file_id uuid not null references holdfast.files (id) on delete cascade,
  primary key (user_id, file_id)
);
create index shared_hidden_file on holdfast.shared_hidden (file_id);
alter table holdfast.shared_hidden enable row level security;

-- The directory is searched by how an email address, a name or its last word begins. "C", so that one index answers the pattern and the order.
create index users_email_prefix on holdfast.users ((lower(email) collate "C")) where deleted_at is null;
create index users_name_prefix on holdfast.users ((lower(display_name) collate "C")) where deleted_at is null;
create index users_last_name_prefix on holdfast.users ((lower(regexp_replace(display_name, '^.*\s', '')) collate "C")) where deleted_at is null;
create index groups_name_prefix on holdfast.groups ((lower(name) collate "C"));

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.shared_hidden from %I', found);
  end loop;
end
$$;
