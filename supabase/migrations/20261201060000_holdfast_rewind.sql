-- What a file's place was before each change: with its versions, the tree of a space can be had as it was at any time of the last 30 days. A trigger
-- writes it, so that no way of changing a place is without it.
alter table holdfast.files add column created_at timestamptz; -- null: from before this was noted
alter table holdfast.files alter column created_at set default now();

create table holdfast.file_places (
  id bigint generated always as identity primary key,
  file_id uuid not null, -- which may be gone
  space_id uuid not null references holdfast.spaces (id) on delete cascade,
  changed_at timestamptz not null default now(),
  -- As before the change.
  kind text not null,
  created_at timestamptz,
  parent_id uuid,
  name text not null,
  trashed_at timestamptz,
  purged_at timestamptz
);
create index file_places_space on holdfast.file_places (space_id, changed_at);
alter table holdfast.file_places enable row level security;

create function holdfast.note_place() returns trigger language plpgsql as $$
begin
  insert into holdfast.file_places (file_id, space_id, kind, created_at, parent_id, name, trashed_at, purged_at)
  values (old.id, old.space_id, old.kind, old.created_at, old.parent_id, old.name, old.trashed_at, old.purged_at);
  return null;
end
$$;
create trigger files_place after update on holdfast.files for each row
  when ((old.parent_id, old.name, old.trashed_at, old.purged_at) is distinct from (new.parent_id, new.name, new.trashed_at, new.purged_at))
  execute function holdfast.note_place();

insert into holdfast.settings (key, value) values ('files.places-since', to_jsonb(now())) on conflict (key) do nothing;

-- Rewinding a space: its files as they were at `to_time`. Rows are kept, so that it is known what was done.
create table holdfast.rewinds (
  id uuid primary key,
  space_id uuid not null references holdfast.spaces (id) on delete cascade,
  to_time timestamptz not null,
  dry_run boolean not null,
  status text not null default 'running' check (status in ('running', 'completed', 'failed', 'cancelled')),
  plan jsonb, -- what is to be done, by kind; null until it was looked for
  items_total int, -- of what is to be done
  items_done int not null default 0,
  not_done jsonb not null default '[]', -- what could not be, the first hundred
  sample jsonb not null default '[]', -- the first of what is to be done
  error_code text,
  error_detail text,
  asked_by uuid,
  ip inet,
  request_id text,
  created_at timestamptz not null default now(),
  touched_at timestamptz not null default now(),
  ended_at timestamptz
);
create unique index rewinds_one on holdfast.rewinds (space_id) where status = 'running' and not dry_run;
create index rewinds_space on holdfast.rewinds (space_id, id desc);
create index rewinds_running on holdfast.rewinds (touched_at) where status = 'running';
alter table holdfast.rewinds enable row level security;

-- What a rewind has still to do.
create table holdfast.rewind_items (
  rewind_id uuid not null references holdfast.rewinds (id) on delete cascade,
  step smallint not null, -- 1: to the trash; 2: folders to their places; 3: files to theirs; 4: contents
  depth int not null default 0, -- of a folder, as of then: those outside come first
  file_id uuid not null,
  parent_id uuid,
  name text,
  live boolean not null default true, -- as of then; else it was in the trash
  version_id uuid,
  primary key (rewind_id, step, depth, file_id)
);
create index rewind_items_file on holdfast.rewind_items (file_id, rewind_id);
alter table holdfast.rewind_items enable row level security;

-- How many folders lay above one, as a rewind will put them.
create function holdfast.depth_in_rewind(of_rewind uuid, of_file uuid) returns int language plpgsql stable as $$
declare
  at uuid := of_file;
  above uuid;
  depth int := 0;
begin
  loop
    select i.parent_id into above from holdfast.rewind_items i where i.file_id = at and i.rewind_id = of_rewind and i.step in (2, 3);
    if not found then
      select f.parent_id into above from holdfast.files f where f.id = at;
    end if;
    if above is null or depth > 10000 then return depth; end if;
    at := above;
    depth := depth + 1;
  end loop;
end
$$;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.file_places, holdfast.rewinds, holdfast.rewind_items from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
