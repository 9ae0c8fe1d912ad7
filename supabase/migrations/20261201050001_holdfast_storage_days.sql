-- What storage there was on a day, by UTC, two years long. A job measures it each night, and again when an administrator asks.
create table holdfast.storage_days (
  day date primary key,
  measured_at timestamptz not null,
  files bigint not null, -- live ones, without folders
  file_bytes bigint not null,
  trash_files bigint not null,
  trash_bytes bigint not null,
  versions bigint not null, -- former ones
  version_bytes bigint not null,
  stored_bytes bigint not null, -- segments, each once
  abandoned_bytes bigint not null, -- of those, what nothing refers to
  backup_bytes bigint not null, -- what backups that are kept have added to their targets
  disk_free bigint, -- null: files lie on no disk of the worker's
  disk_size bigint,
  took_ms int not null,
  details jsonb -- of the last day alone: by user, kind and age, and the largest
);
alter table holdfast.storage_days enable row level security;
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.storage_days from %I', found);
  end loop;
end
$$;
