-- The id of the repository that a target holds, from its first use on: an empty place (a disk that is not connected) and another repository
-- are told from it. Null: none yet, or one that was made before this column and has not been opened since.
alter table holdfast.backup_targets add column repository_id text;
