-- How many files and folders a space holds, in its trash as well, and how deep its folders lie: one account must not be able to fill the database
-- with rows that cost no quota, or with paths that take minutes to read.
alter table holdfast.spaces add column used_entries bigint not null default 0; -- without what usage_entries has not been folded in yet
alter table holdfast.spaces add column used_folders bigint not null default 0; -- those of them that are folders
alter table holdfast.spaces add column deepest int not null default 0; -- no folder lies deeper; it may be less. The root is at 0
alter table holdfast.usage_entries add column entries int not null default 0, add column folders int not null default 0;

drop index holdfast.usage_entries_space;
create index usage_entries_space on holdfast.usage_entries (space_id) include (bytes, entries, folders);

update holdfast.spaces s set used_entries = c.entries, used_folders = c.folders
from (
  select space_id, count(*) as entries, count(*) filter (where kind = 'folder') as folders
  from holdfast.files where parent_id is not null group by space_id
) c where c.space_id = s.id;

with recursive folders as (
  select id, space_id, 0 as depth from holdfast.files where parent_id is null
  union all
  select f.id, f.space_id, up.depth + 1 from folders up join holdfast.files f on f.parent_id = up.id where f.kind = 'folder'
)
update holdfast.spaces s set deepest = d.deepest
from (select space_id, max(depth) as deepest from folders group by space_id) d where d.space_id = s.id and d.deepest > 0;

create function holdfast.used_entries(of_space uuid) returns bigint language sql stable as $$
  select s.used_entries + coalesce((select sum(entries) from holdfast.usage_entries e where e.space_id = s.id), 0)::bigint
  from holdfast.spaces s where s.id = of_space
$$;

create function holdfast.used_folders(of_space uuid) returns bigint language sql stable as $$
  select s.used_folders + coalesce((select sum(folders) from holdfast.usage_entries e where e.space_id = s.id), 0)::bigint
  from holdfast.spaces s where s.id = of_space
$$;

-- How many folders a file or folder lies below, its root counted; a root: 0. Null where it is not there, or has no root.
create function holdfast.depth_of(of_file uuid) returns int language plpgsql stable as $$
declare
  at uuid := of_file;
  depth int := 0;
begin
  loop
    select parent_id into at from holdfast.files where id = at;
    if not found or depth > 1000000 then return null; end if;
    if at is null then return depth; end if;
    depth := depth + 1;
  end loop;
end
$$;

-- As before, with a way to each folder above that does not depend on what the planner knows of the table.
create or replace function holdfast.ancestors(of_file uuid) returns table (id uuid, name text, depth int) language sql stable as $$
  with recursive up as (
    select f.parent_id as id, 0 as depth from holdfast.files f where f.id = of_file
    union all
    select f.parent_id, up.depth + 1 from up cross join lateral (
      select f.parent_id from holdfast.files f where f.id = up.id offset 0
    ) f where up.depth < 1000000
  )
  select f.id, f.name, up.depth from up cross join lateral (
    select f.id, f.name, f.parent_id from holdfast.files f where f.id = up.id offset 0
  ) f where f.parent_id is not null order by up.depth desc
$$;

-- Folders of so many levels come into a folder: answers how deep the lowest will lie, and notes it for the space where that is no more than
-- `at_most`. Until the transaction ends no folder of the space is moved (`lockTree`), or what is said here would not hold. Volatile: each
-- statement sees what was committed while it waited.
create function holdfast.admit_levels(into_folder uuid, levels int, at_most int) returns int language plpgsql volatile as $$
declare
  of_space uuid := (select space_id from holdfast.files where id = into_folder);
  lowest int;
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('tree:' || of_space, 0));
  lowest := holdfast.depth_of(into_folder) + levels;
  if lowest <= at_most then
    update holdfast.spaces set deepest = lowest where id = of_space and deepest < lowest;
  end if;
  return lowest;
end
$$;

-- Copies of folders with more in them than a request should wait for. A job makes them in batches below a folder that nobody sees, which is deleted
-- for good until it is complete (`purged_at` is infinity: no sweep takes it).
create table holdfast.copies (
  id uuid primary key, -- of the copied folder too
  user_id uuid not null references holdfast.users (id) on delete cascade, -- who asked for it
  file_id uuid not null, -- what is copied
  parent_id uuid not null, -- where to
  name text not null,
  on_conflict text not null check (on_conflict in ('fail', 'rename')),
  status text not null default 'running' check (status in ('running', 'completed', 'failed', 'cancelled')),
  levels int, -- of folders in it; null until it was looked through
  entries_total int, -- as of the beginning
  entries_done int not null default 1, -- its folder
  error_code text,
  error_detail text,
  ip inet, -- of the request, for the audit log
  request_id text,
  created_at timestamptz not null default now(),
  touched_at timestamptz not null default now(), -- when the last batch was made
  ended_at timestamptz
);
create index copies_user on holdfast.copies (user_id, id desc);
create index copies_running on holdfast.copies (touched_at) where status = 'running';
alter table holdfast.copies enable row level security;

-- Folders of a copy that are made and not yet filled.
create table holdfast.copy_folders (
  copy_id uuid not null references holdfast.copies (id) on delete cascade,
  folder_id uuid not null, -- the new one
  source_id uuid not null, -- the one that it is a copy of
  after text not null default '', -- the last name that is in it already
  primary key (copy_id, folder_id)
);
alter table holdfast.copy_folders enable row level security;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.copies, holdfast.copy_folders from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
