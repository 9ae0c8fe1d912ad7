import { statement } from "../../../../platform/database/statement.ts";

interface BackupAges {
  /** Of the newest good server backup, in days; null: there is none. */
  backup_days: number | null;
  /** Of the newest successful test restore. */
  proof_days: number | null;
  /** How long there has been something to lose. */
  install_days: number | null;
  /** Of the oldest server backup that there is, so that a test restore could have been. */
  first_backup_days: number | null;
}

const age = (of: string) => `floor(extract(epoch from now() - ${of}) / 86400)::float8`;

export const findAges = statement<[], BackupAges>(
  `select
     (select ${age("max(backup_date)")} from holdfast.backups
       where scope = 'instance' and status = 'completed' and error is null and deleted_at is null) as backup_days,
     (select ${age("max(finished_at)")} from holdfast.rehearsals where status = 'completed') as proof_days,
     (select ${age("min(created_at)")} from holdfast.users) as install_days,
     (select ${age("min(backup_date)")} from holdfast.backups
       where scope = 'instance' and status = 'completed' and deleted_at is null) as first_backup_days`,
);

/** Targets whose last server backup failed. */
export const findFailed = statement<[], { target_id: string; name: string; id: string; error: string | null }>(
  `select b.target_id, t.name, b.id, b.error from (
     select distinct on (target_id) target_id, id, status, error from holdfast.backups
     where scope = 'instance' and status in ('completed', 'failed') and deleted_at is null
     order by target_id, id desc) b join holdfast.backup_targets t on t.id = b.target_id
   where b.status = 'failed' order by t.name limit 50`,
);

/** Accounts whose last backup failed in the last week, but for want of their own quota. */
export const findFailedAccounts = statement<[], { number: number; error: string | null }>(
  `select count(*)::int as number, max(error) as error from (
     select distinct on (user_id) user_id, status, error, finished_at from holdfast.backups
     where scope = 'account' and user_id is not null and status in ('completed', 'failed') and deleted_at is null
       and finished_at > now() - interval '7 days'
     order by user_id, id desc) b
   where status = 'failed' and error not like 'Your backups may hold%'`,
);

export const findLastRehearsal = statement<[], { status: string; error: string | null }>(
  "select status, error from holdfast.rehearsals where status <> 'running' order by started_at desc limit 1",
);
