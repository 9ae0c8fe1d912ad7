-- Comments, what people are told of and how, and which file and space an entry of the access log is about. See docs/design/activity.md.
create table holdfast.comments (
  id uuid primary key default holdfast.uuid7(),
  file_id uuid not null references holdfast.files (id) on delete cascade,
  author_id uuid references holdfast.users (id) on delete set null,
  text text not null check (char_length(text) between 1 and 4000),
  mentions uuid[] not null default '{}', -- people whom the text names and who could see the file then
  created_at timestamptz not null default now(),
  edited_at timestamptz
);
create index comments_file on holdfast.comments (file_id, id desc);
create index comments_author on holdfast.comments (author_id, id desc) where author_id is not null;
alter table holdfast.comments enable row level security;

-- What somebody has changed of how they are told. No row: everything is shown in the page, and a mail a day sums up what was not read.
create table holdfast.notification_settings (
  user_id uuid primary key references holdfast.users (id) on delete cascade,
  digest text not null default 'daily' check (digest in ('at-once', 'hourly', 'daily', 'never')),
  page_off text[] not null default '{}', -- kinds that are not shown
  mail_off text[] not null default '{}'  -- kinds that are not mailed
);
alter table holdfast.notification_settings enable row level security;

-- A mail that sums up notifications, from the transaction that marks them as mailed until it is sent. Begun and not sent: the process ended
-- in between, and nobody knows whether the mail server has it, so that it is not sent a second time.
create table holdfast.digests (
  id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  begun_at timestamptz
);
create index digests_user on holdfast.digests (user_id);
alter table holdfast.digests enable row level security;

alter table holdfast.notifications add column digest_id uuid;
create index notifications_digest on holdfast.notifications (digest_id) where digest_id is not null;
create index notifications_unmailed on holdfast.notifications (created_at) where read_at is null and mailed_at is null;

-- Open pages hear of it, whoever wrote it.
create function holdfast.announce_notifications() returns trigger language plpgsql as $$
begin
  perform pg_notify('holdfast_events', json_build_object('userId', n.user_id, 'event', json_build_object('type', 'notifications.changed'))::text)
  from (select distinct user_id from added) n;
  return null;
end
$$;
create trigger notifications_announced after insert on holdfast.notifications referencing new table as added
  for each statement execute function holdfast.announce_notifications();

-- What others call somebody: never more of an address than what stands before its "@". Null: gone.
create function holdfast.person_name(person uuid) returns text language sql stable as $$
  select coalesce(nullif(u.display_name, ''), split_part(u.email, '@', 1)) from holdfast.users u where u.id = person and u.deleted_at is null
$$;

-- Everybody who has a grant (with one role, where one is named) on a file or a folder above it, directly or by a group, and the owner of a
-- personal space. Whether they
-- may see it, `access_to` says.
create function holdfast.people_near(of_file uuid, only_role text default null) returns table (user_id uuid) language sql stable as $$
  with recursive up as (
    select f.id, f.parent_id, f.space_id from holdfast.files f where f.id = of_file
    union all
    select f.id, f.parent_id, f.space_id from up join holdfast.files f on f.id = up.parent_id
  )
  select s.id from up join holdfast.spaces s on s.id = up.space_id where up.parent_id is null and s.kind = 'personal'
  union
  select g.user_id from up join holdfast.grants g on g.file_id = up.id
  where g.user_id is not null and (only_role is null or g.role = only_role) and (g.expires_at is null or g.expires_at > now())
  union
  select m.user_id from up join holdfast.grants g on g.file_id = up.id join holdfast.group_members m on m.group_id = g.group_id
  where (only_role is null or g.role = only_role) and (g.expires_at is null or g.expires_at > now())
$$;

-- Entries of the access log by the space that the file was in then, and by the file where the target is a link to it or a role on it.
-- Entries of before have neither; a file's own are found by their target as ever.
alter table holdfast.audit_log add column space_id uuid, add column about_id uuid;
alter table holdfast.access_log add column space_id uuid;
create index audit_log_space on holdfast.audit_log (space_id, id desc) where space_id is not null;
create index audit_log_about on holdfast.audit_log (about_id, id desc) where about_id is not null;
create index access_log_space on holdfast.access_log (space_id, id desc) where space_id is not null;

create function holdfast.place_change() returns trigger language plpgsql as $$
declare
  about uuid := new.target_id;
begin
  if new.action !~ '^(file|folder|comment)\.' then
    select f.id into about from holdfast.files f where f.id = new.target_id;
    if about is null and new.detail ->> 'fileId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
      about := (new.detail ->> 'fileId')::uuid;
    end if;
    if about is null then
      select l.file_id into about from holdfast.sharing_links l where l.id = new.target_id;
    end if;
    new.about_id := nullif(about, new.target_id);
  end if;
  select f.space_id into new.space_id from holdfast.files f where f.id = about;
  return new;
end
$$;
create trigger changes_placed before insert on holdfast.audit_log for each row
  when (new.space_id is null and new.action ~ '^(file|folder|comment|share|grant)\.') execute function holdfast.place_change();

create function holdfast.place_read() returns trigger language plpgsql as $$
begin
  select f.space_id into new.space_id from holdfast.files f where f.id = new.target_id;
  return new;
end
$$;
create trigger reads_placed before insert on holdfast.access_log for each row
  when (new.target_id is not null and new.outcome = 'ok' and new.action in ('file.download', 'file.archive', 'link.download', 'link.archive'))
  execute function holdfast.place_read();

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.comments, holdfast.notification_settings, holdfast.digests from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
