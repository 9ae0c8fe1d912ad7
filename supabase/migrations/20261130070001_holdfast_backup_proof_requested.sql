-- When somebody last asked for a backup to be read back: it is not done again for a while. Null: nobody has.
alter table holdfast.backups add column proof_requested_at timestamptz;
