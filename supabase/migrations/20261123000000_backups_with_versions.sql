-- An account's backup can hold earlier versions and the trash too. The instance's holds them anyway.
alter table holdfast.backup_schedules
  add column with_versions boolean not null default false,
  add constraint backup_schedules_with_versions check (not with_versions or scope = 'account');
alter table holdfast.backups
  add column with_versions boolean not null default false,
  add constraint backups_with_versions check (not with_versions or scope = 'account');

-- Which part of the snapshot is brought back. Versions and trash have no place of their own to go back to.
alter table holdfast.restores
  add column part text not null default 'files' check (part in ('files', 'versions', 'trash')),
  add constraint restores_part check (part = 'files' or mode = 'new-folder');
