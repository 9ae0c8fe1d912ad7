-- Where backups go: each target holds one restic repository. The default one is a folder of the server.
create table holdfast.backup_targets (
  id uuid primary key default holdfast.uuid7(),
  name text not null unique,
  kind text not null check (kind in ('local', 's3')),
  settings jsonb not null default '{}', -- local: folder (none: <data folder>/backups/default); s3: all but the secret
  sealed_secret bytea, -- s3: secret access key, AES-256-GCM under a key derived from the backup password
  is_default boolean not null default false,
  last_test_at timestamptz,
  last_test_error text,
  created_at timestamptz not null default now()
);
create unique index backup_targets_default on holdfast.backup_targets (is_default) where is_default;
insert into holdfast.backup_targets (name, kind, is_default) values ('This server', 'local', true);

create table holdfast.backup_schedules (
  id uuid primary key,
  scope text not null check (scope in ('account', 'instance')),
  user_id uuid references holdfast.users (id) on delete cascade, -- null: the instance
  cron text not null,
  time_zone text not null,
  retention jsonb not null default '{}',
  target_id uuid not null references holdfast.backup_targets (id),
  enabled boolean not null default true,
  next_run_at timestamptz,
  last_run_at timestamptz,
  created_at timestamptz not null default now(),
  check ((scope = 'account') = (user_id is not null))
);
create index backup_schedules_due on holdfast.backup_schedules (next_run_at) where enabled;
create index backup_schedules_user on holdfast.backup_schedules (user_id);

create table holdfast.backups (
  id uuid primary key,
  scope text not null check (scope in ('account', 'instance')),
  user_id uuid references holdfast.users (id) on delete set null, -- null: the instance, or a person who is gone
  backup_type text not null check (backup_type in ('one_click', 'scheduled')),
  status text not null default 'queued' check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  phase text check (phase in ('waiting', 'reading', 'verifying')),
  backup_date timestamptz, -- the instant that the snapshot shows
  target_id uuid not null references holdfast.backup_targets (id),
  schedule_id uuid references holdfast.backup_schedules (id) on delete set null,
  storage_location text not null,
  snapshot_id text,
  tree_id text,
  root_path text, -- of the person's folder in the snapshot; empty for the instance
  files_total bigint not null default 0,
  bytes_total bigint not null default 0,
  files_done bigint not null default 0,
  bytes_done bigint not null default 0,
  bytes_added bigint not null default 0,
  attempts int not null default 0,
  beat_at timestamptz, -- when its worker was last heard of
  cancel_requested boolean not null default false,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  verified_at timestamptz,
  error text,
  deleted_at timestamptz -- forgotten by a person or a rule; the snapshot goes with the next run of backups.retain
);
create index backups_user on holdfast.backups (user_id, id desc) where deleted_at is null;
create index backups_instance on holdfast.backups (id desc) where scope = 'instance' and deleted_at is null;
create index backups_open on holdfast.backups (id) where status in ('queued', 'running');
create index backups_schedule on holdfast.backups (schedule_id) where schedule_id is not null;
create index backups_target on holdfast.backups (target_id);

create table holdfast.restores (
  id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  backup_id uuid not null references holdfast.backups (id) on delete cascade,
  mode text not null check (mode in ('new-folder', 'in-place')),
  newer text not null default 'keep' check (newer in ('keep', 'replace')),
  paths jsonb, -- null: everything
  status text not null default 'queued' check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  files_total bigint not null default 0,
  bytes_total bigint not null default 0,
  files_done bigint not null default 0,
  bytes_done bigint not null default 0,
  files_same bigint not null default 0,
  files_kept bigint not null default 0,
  kept jsonb not null default '[]',
  folder_id uuid,
  folder_name text,
  attempts int not null default 0,
  beat_at timestamptz,
  cancel_requested boolean not null default false,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  error text
);
create index restores_user on holdfast.restores (user_id, id desc);
create index restores_backup on holdfast.restores (backup_id);
create index restores_open on holdfast.restores (id) where status in ('queued', 'running');

-- Which chunks of a target's repository make up a segment: a segment that is there already is not read again, and a damaged one can be
-- healed from there. A hint: whoever uses it asks the repository's index.
create table holdfast.segment_chunks (
  target_id uuid not null references holdfast.backup_targets (id) on delete cascade,
  sha256 bytea not null,
  chunks bytea not null, -- ids of 32 bytes, in order
  primary key (target_id, sha256)
);
-- Restoring asks the other way round: which segment begins with this chunk?
create index segment_chunks_first on holdfast.segment_chunks (target_id, substring(chunks from 1 for 32));

-- The tree that a folder had when it was last backed up. The same digest means the same tree.
create table holdfast.folder_trees (
  target_id uuid not null references holdfast.backup_targets (id) on delete cascade,
  folder_id uuid not null,
  digest bytea not null,
  tree bytea not null,
  backup_id uuid not null, -- whose snapshot holds the tree
  primary key (target_id, folder_id)
);

create table holdfast.rehearsals (
  id uuid primary key,
  backup_id uuid not null references holdfast.backups (id) on delete cascade,
  status text not null default 'running' check (status in ('running', 'completed', 'failed')),
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  rows_compared bigint not null default 0,
  segments_compared bigint not null default 0,
  bytes_compared bigint not null default 0,
  error text
);
create index rehearsals_backup on holdfast.rehearsals (backup_id);

do $$
declare
  found text;
begin
  for found in select unnest(array['backup_targets', 'backup_schedules', 'backups', 'restores', 'segment_chunks', 'folder_trees', 'rehearsals']) loop
    execute format('alter table holdfast.%I enable row level security', found);
  end loop;
end
$$;
