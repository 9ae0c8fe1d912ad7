-- What comparisons of the object store with the tables found; a month of them is kept.
create table holdfast.storage_reports (
  id uuid primary key,
  started_at timestamptz not null default now(),
  finished_at timestamptz, -- null: it is under way, or was cut short
  objects bigint not null default 0, -- in the store, below segments/
  bytes bigint not null default 0,
  segments bigint not null default 0, -- rows
  unreferenced bigint not null default 0, -- objects without a row
  unreferenced_bytes bigint not null default 0,
  removed bigint not null default 0,
  removed_bytes bigint not null default 0,
  missing bigint not null default 0, -- segments that something refers to, without an object
  wrong_size bigint not null default 0,
  unknown bigint not null default 0, -- objects whose key is no segment's: never touched
  leftovers bigint not null default 0, -- temporary files of writes that were cut short
  leftover_bytes bigint not null default 0,
  refusal text, -- why nothing was removed
  problems jsonb not null default '[]' -- the first segments that are missing or have a wrong size, with the files they concern
);
create index storage_reports_started on holdfast.storage_reports (started_at);
alter table holdfast.storage_reports enable row level security;

-- Objects without a row, as reports saw them: only what an earlier, finished report saw may be removed.
create table holdfast.storage_orphans (
  sha256 bytea primary key check (length(sha256) = 32),
  size bigint not null,
  stored_at timestamptz, -- by the store's clock
  first_seen_at timestamptz not null,
  last_seen_in uuid not null -- the report
);
alter table holdfast.storage_orphans enable row level security;
