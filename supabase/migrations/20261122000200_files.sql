-- Natural order: "file 2" before "file 10"; in the index itself, so that listing a folder is a keyset scan.
create collation if not exists holdfast.natural (provider = icu, locale = 'und-u-kn-true', deterministic = true);

-- A segment is an immutable object of at most 16 MiB in the object store, named by the SHA-256 of its plaintext.
-- The row is written before the object and touched by every upload that meets it again; the sweep deletes only what nobody
-- refers to and nobody touched for the grace period, holding the row's lock, so an upload in flight can never lose a segment.
create table holdfast.segments (
  sha256 bytea primary key check (length(sha256) = 32),
  size int not null check (size between 1 and 16777216),
  touched_at timestamptz not null default now(),
  verified_at timestamptz, -- last time its bytes were read back and hashed
  state text not null default 'stored' check (state in ('stored', 'bad'))
) with (fillfactor = 90);
create index segments_touched on holdfast.segments (touched_at);
create index segments_verified on holdfast.segments (verified_at nulls first);

-- What a file version consists of: an ordered list of segments. Immutable once committed.
create table holdfast.contents (
  id uuid primary key,
  size bigint not null check (size >= 0),
  sha256 bytea check (length(sha256) = 32), -- of the whole; null until a job has computed it
  crc32 bigint, -- of the whole, for ZIP; null until known
  created_at timestamptz not null default now()
);
create table holdfast.content_segments (
  content_id uuid not null references holdfast.contents (id) on delete cascade,
  start_at bigint not null, -- offset of its first byte in the content
  size int not null,
  sha256 bytea not null references holdfast.segments (sha256),
  primary key (content_id, start_at)
);
create index content_segments_sha256 on holdfast.content_segments (sha256);

-- The tree. Every person's root is a row whose id is the person's own and whose parent is null; it never leaves the API.
create table holdfast.files (
  id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  parent_id uuid references holdfast.files (id),
  name text not null check (octet_length(name) <= 255),
  kind text not null check (kind in ('file', 'folder')),
  file_type text,
  file_size bigint not null default 0,
  content_id uuid references holdfast.contents (id),
  version_id uuid, -- of the current version
  revision int not null default 1,
  uploaded_at timestamptz not null default now(),
  last_modified timestamptz not null default now(),
  trashed_at timestamptz, -- set on what was trashed itself; what lies inside keeps its own null
  purged_at timestamptz, -- deleted for good: invisible everywhere, a job removes it with all that is inside
  check ((kind = 'file') = (content_id is not null)),
  check ((kind = 'file') = (version_id is not null))
) with (fillfactor = 90);
-- Unique live name per folder. By bytes: NFC and NFD twins are two names.
create unique index files_live_name on holdfast.files (parent_id, name collate "C") where trashed_at is null and purged_at is null;
create index files_by_name on holdfast.files (parent_id, kind desc, name collate holdfast.natural, id) where trashed_at is null and purged_at is null;
create index files_by_size on holdfast.files (parent_id, kind desc, file_size, id) where trashed_at is null and purged_at is null;
create index files_by_modified on holdfast.files (parent_id, kind desc, last_modified, id) where trashed_at is null and purged_at is null;
create index files_parent on holdfast.files (parent_id);
create index files_trash on holdfast.files (user_id, trashed_at desc, id desc) where trashed_at is not null and purged_at is null;
create index files_trash_age on holdfast.files (trashed_at) where trashed_at is not null and purged_at is null;
create index files_purged on holdfast.files (purged_at) where purged_at is not null;
create index files_content on holdfast.files (content_id) where content_id is not null;
create index files_user on holdfast.files (user_id);

create table holdfast.file_versions ( -- former versions; the current one is in files
  id uuid primary key,
  file_id uuid not null references holdfast.files (id) on delete cascade,
  content_id uuid not null references holdfast.contents (id),
  file_size bigint not null,
  file_type text,
  last_modified timestamptz not null,
  created_at timestamptz not null, -- when this version was uploaded
  created_by uuid
);
create index file_versions_file on holdfast.file_versions (file_id, created_at desc);
create index file_versions_content on holdfast.file_versions (content_id);

-- Is this file, and every folder above it, neither trashed nor purged?
create function holdfast.is_live(of_file uuid) returns boolean language plpgsql stable as $$
declare
  at uuid := of_file;
  row record;
begin
  loop
    select parent_id, trashed_at, purged_at into row from holdfast.files where id = at;
    if not found or row.trashed_at is not null or row.purged_at is not null then return false; end if;
    if row.parent_id is null then return true; end if;
    at := row.parent_id;
  end loop;
end
$$;

-- Where a file stands, judged by itself and every folder above it: 'live', 'trashed', or 'gone' (deleted for good).
create function holdfast.standing(of_file uuid) returns text language plpgsql stable as $$
declare
  at uuid := of_file;
  row record;
  found_standing text := 'live';
begin
  loop
    select parent_id, trashed_at, purged_at into row from holdfast.files where id = at;
    if not found or row.purged_at is not null then return 'gone'; end if;
    if row.trashed_at is not null then found_standing := 'trashed'; end if;
    if row.parent_id is null then return found_standing; end if;
    at := row.parent_id;
  end loop;
end
$$;

-- Does `of_file` lie inside `folder` (or is it that folder), with nothing trashed on the way (the folder itself included)?
create function holdfast.is_live_inside(of_file uuid, folder uuid) returns boolean language plpgsql stable as $$
declare
  at uuid := of_file;
  row record;
begin
  loop
    select parent_id, trashed_at, purged_at into row from holdfast.files where id = at;
    if not found or row.trashed_at is not null or row.purged_at is not null then return false; end if;
    if at = folder then return true; end if;
    if row.parent_id is null then return false; end if;
    at := row.parent_id;
  end loop;
end
$$;

-- The folders above a file, outermost first, without the root.
create function holdfast.ancestors(of_file uuid) returns table (id uuid, name text, depth int) language sql stable as $$
  with recursive up as (
    select f.parent_id as id, 0 as depth from holdfast.files f where f.id = of_file
    union all
    select f.parent_id, up.depth + 1 from holdfast.files f join up on f.id = up.id
  )
  select f.id, f.name, up.depth from up join holdfast.files f on f.id = up.id where f.parent_id is not null order by up.depth desc
$$;

-- The path that people see: /folder/name.
create function holdfast.file_path(of_file uuid) returns text language sql stable as $$
  select coalesce((select string_agg('/' || a.name, '' order by a.depth desc) from holdfast.ancestors(of_file) a), '') || '/' || f.name
  from holdfast.files f where f.id = of_file
$$;

-- Unfinished uploads. Segments are listed as they become durable; the sum of their sizes is the offset that clients are told.
create table holdfast.uploads (
  id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  parent_id uuid not null references holdfast.files (id) on delete cascade,
  name text not null,
  on_conflict text not null check (on_conflict in ('fail', 'rename', 'replace')),
  size bigint check (size >= 0), -- null while the client has not said
  upload_offset bigint not null default 0,
  reserved_bytes bigint not null default 0, -- what it takes from the quota already
  last_modified timestamptz,
  file_id uuid, -- set when finished; the row stays a while so that a lost answer can be asked for again
  locked_by uuid, -- the request that writes to it
  locked_until timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index uploads_user on holdfast.uploads (user_id, id desc);
create index uploads_expiry on holdfast.uploads (expires_at);
create table holdfast.upload_segments (
  upload_id uuid not null references holdfast.uploads (id) on delete cascade,
  start_at bigint not null,
  size int not null,
  sha256 bytea not null references holdfast.segments (sha256),
  primary key (upload_id, start_at)
);
create index upload_segments_sha256 on holdfast.upload_segments (sha256);
