-- An upload whose bytes are all there, but which may not become a file (its name was taken meanwhile, the quota is used up, its folder is
-- gone), waits for its owner with the reason.
alter table holdfast.uploads
  add column refused_code text,
  add column refused_detail text,
  add column refused_at timestamptz;

-- Null: the folder was deleted for good. The bytes outlive it.
alter table holdfast.uploads alter column parent_id drop not null;
alter table holdfast.uploads drop constraint uploads_parent_id_fkey;
alter table holdfast.uploads add constraint uploads_parent_id_fkey
  foreign key (parent_id) references holdfast.files (id) on delete set null;

create index uploads_complete on holdfast.uploads (id) where file_id is null and size = upload_offset;

-- Complete and no file: a job makes them files, or they wait for their owner. A length of 0 is stored only together with the file.
update holdfast.uploads set expires_at = greatest(expires_at, now() + interval '30 days')
  where file_id is null and size = upload_offset and size > 0;
update holdfast.uploads set size = null where file_id is null and size = 0;
