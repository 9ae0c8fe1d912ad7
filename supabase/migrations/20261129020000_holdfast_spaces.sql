-- Whose is it? Every tree of files is a space, with its quota, its use and its trash. Today each user has a personal one, whose id is the
-- user's own; spaces of teams come later. The root folder's id is the space's.
create table holdfast.spaces (
  id uuid primary key,
  kind text not null default 'personal' check (kind in ('personal', 'team')),
  name text check (char_length(name) <= 100), -- null: its owner's name
  quota_bytes bigint check (quota_bytes >= 0),
  used_bytes bigint not null default 0, -- without what usage_entries has not been folded in yet
  created_by uuid references holdfast.users (id) on delete set null,
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  check (kind = 'personal' or name is not null)
);
alter table holdfast.spaces enable row level security;

insert into holdfast.spaces (id, quota_bytes, used_bytes, created_by, created_at)
select id, quota_bytes, used_bytes, id, created_at from holdfast.users;

-- Nothing of millions of rows is rewritten: what said whose a file is says which space's it is.
alter table holdfast.files drop constraint files_user_id_fkey;
alter table holdfast.files rename column user_id to space_id;
alter table holdfast.files add constraint files_space_id_fkey foreign key (space_id) references holdfast.spaces (id) on delete cascade;
alter table holdfast.files add column user_id uuid references holdfast.users (id) on delete set null; -- who brought it; null: the space's owner
create index files_brought_by on holdfast.files (user_id) where user_id is not null;
alter index holdfast.files_user rename to files_space;
alter table holdfast.file_words rename column user_id to space_id;

alter table holdfast.usage_entries drop constraint usage_entries_user_id_fkey;
alter table holdfast.usage_entries rename column user_id to space_id;
alter table holdfast.usage_entries add constraint usage_entries_space_id_fkey
  foreign key (space_id) references holdfast.spaces (id) on delete cascade;
alter index holdfast.usage_entries_user rename to usage_entries_space;

alter table holdfast.uploads add column space_id uuid references holdfast.spaces (id) on delete cascade; -- whose quota it takes
update holdfast.uploads set space_id = user_id;
alter table holdfast.uploads alter column space_id set not null;
create index uploads_space on holdfast.uploads (space_id) where file_id is null;

drop function holdfast.used_bytes(uuid);
create function holdfast.used_bytes(of_space uuid) returns bigint language sql stable as $$
  select s.used_bytes + coalesce((select sum(bytes) from holdfast.usage_entries e where e.space_id = s.id), 0)::bigint
  from holdfast.spaces s where s.id = of_space
$$;

-- A user comes with a personal space and its root folder, and takes them along. As its owner, because schema `auth` may be another's.
create function holdfast.make_personal_space() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into holdfast.spaces (id, quota_bytes, created_by, created_at)
  values (new.id, (select (value #>> '{}')::bigint from holdfast.settings where key = 'default-quota'), new.id, new.created_at)
  on conflict (id) do nothing;
  insert into holdfast.files (id, space_id, parent_id, name, kind) values (new.id, new.id, null, '', 'folder') on conflict (id) do nothing;
  return null;
end
$$;
create trigger users_personal_space after insert on holdfast.users
  for each row execute function holdfast.make_personal_space();

create function holdfast.drop_personal_space() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  delete from holdfast.spaces where id = old.id and kind = 'personal';
  return null;
end
$$;
create trigger users_no_personal_space after delete on holdfast.users
  for each row execute function holdfast.drop_personal_space();

create or replace function holdfast.mirror_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    update holdfast.users set deleted_at = now(), updated_at = now() where id = old.id;
    perform pg_notify('holdfast_principals', old.id::text);
    return old;
  end if;
  insert into holdfast.users as u (id, email, role, disabled_until, deleted_at, last_sign_in_at, created_at)
  values (
    new.id,
    coalesce(new.email, ''),
    case when new.raw_app_meta_data ->> 'role' = 'admin' then 'admin' else 'user' end,
    new.banned_until,
    new.deleted_at,
    new.last_sign_in_at,
    coalesce(new.created_at, now())
  )
  on conflict (id) do update set
    email = excluded.email,
    role = excluded.role,
    disabled_until = excluded.disabled_until,
    deleted_at = excluded.deleted_at,
    last_sign_in_at = excluded.last_sign_in_at,
    updated_at = now()
  where (u.email, u.role, u.disabled_until, u.deleted_at, u.last_sign_in_at)
    is distinct from (excluded.email, excluded.role, excluded.disabled_until, excluded.deleted_at, excluded.last_sign_in_at);
  if tg_op = 'UPDATE' and (old.raw_app_meta_data, old.banned_until, old.deleted_at, old.email)
     is distinct from (new.raw_app_meta_data, new.banned_until, new.deleted_at, new.email) then
    perform pg_notify('holdfast_principals', new.id::text);
  end if;
  return new;
end
$$;
alter table holdfast.users drop column quota_bytes, drop column used_bytes;

create or replace function holdfast.fill_file_words() returns void language sql as $$
  truncate holdfast.file_words;
  insert into holdfast.file_words (file_id, space_id, words, sort)
  select id, space_id, holdfast.words_of(name), holdfast.sort_of(kind, file_type, name)
  from holdfast.files where parent_id is not null and trashed_at is null and purged_at is null;
$$;

create or replace function holdfast.note_new_words() returns trigger language plpgsql as $$
begin
  insert into holdfast.file_words (file_id, space_id, words, sort)
  select id, space_id, holdfast.words_of(name), holdfast.sort_of(kind, file_type, name)
  from added where parent_id is not null and trashed_at is null and purged_at is null;
  return null;
end
$$;

create or replace function holdfast.note_other_words() returns trigger language plpgsql as $$
begin
  delete from holdfast.file_words where file_id = old.id;
  if new.parent_id is not null and new.trashed_at is null and new.purged_at is null then
    insert into holdfast.file_words (file_id, space_id, words, sort)
    values (new.id, new.space_id, holdfast.words_of(new.name), holdfast.sort_of(new.kind, new.file_type, new.name));
  end if;
  return null;
end
$$;

-- May they? The one decision: which of these files somebody has a role on, in which space, and which role. Asked by every statement that
-- takes ids from a request. One plain select, so that the planner puts it in the asking statement's place.
create function holdfast.access_to(principal uuid, ids uuid[]) returns table (file_id uuid, space_id uuid, role text) language sql stable as $$
  select f.id, f.space_id, 'manager'::text from holdfast.files f where f.id = any (ids) and f.space_id = principal
$$;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.spaces from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
