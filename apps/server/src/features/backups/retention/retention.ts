import type { Retention } from "@holdfast/contract";
import { applyPolicy, type KeepPolicy, type Snapshot } from "@holdfast/repository";
import { execute, type Queryable } from "../../../platform/database/database.ts";
import type { BackupsDeps } from "../backups.deps.ts";

interface ScheduledBackup {
  id: string;
  snapshot_id: string;
  backup_date: Date;
}

export interface RetentionPlan {
  keep: { id: string; backupDate: Date; reasons: string[] }[];
  remove: { id: string; backupDate: Date }[];
}

/** What a rule would do with a schedule's backups. One-click backups belong to no schedule: they stay until a person deletes them. */
export async function planRetention(
  db: Queryable,
  schedule: { id: string; time_zone: string },
  retention: Retention,
): Promise<RetentionPlan> {
  const rows = await execute<ScheduledBackup>(
    db,
    `select id, snapshot_id, backup_date from holdfast.backups
     where schedule_id = $1 and status = 'completed' and deleted_at is null and snapshot_id is not null`,
    [schedule.id],
  );
  const backups = new Map(rows.map((row) => [row.id, row]));
  const snapshots: Snapshot[] = rows.map((row) => ({ id: row.id, time: row.backup_date, tree: "", paths: [] }));
  const result = applyPolicy(snapshots, policyOf(retention), schedule.time_zone);
  const dateOf = (id: string): Date => (backups.get(id) as ScheduledBackup).backup_date;
  return {
    keep: result.keep.map(({ snapshot: { id }, reasons }) => ({ id, backupDate: dateOf(id), reasons })),
    remove: result.remove.map(({ id }) => ({ id, backupDate: dateOf(id) })),
  };
}

/** The newest always stays, whatever the rule. */
function policyOf({ withinDays, last, ...periods }: Retention): KeepPolicy {
  const policy: KeepPolicy = {};
  for (const [period, count] of Object.entries(periods)) if (count) policy[period as "daily"] = count;
  if (withinDays) policy.within = { days: withinDays };
  if (last) policy.last = last;
  if (Object.keys(policy).length > 0) policy.last = Math.max(1, last ?? 0);
  return policy;
}

/** Marks what the rules of a target's schedules do not keep, and the account backups of people who have been gone for 30 days. */
export async function applyRetention(deps: BackupsDeps, targetId: string): Promise<void> {
  const schedules = await execute<{ id: string; time_zone: string; retention: Retention }>(
    deps.db,
    "select id, time_zone, retention from holdfast.backup_schedules where target_id = $1",
    [targetId],
  );
  for (const schedule of schedules) {
    const { remove } = await planRetention(deps.db, schedule, schedule.retention);
    await execute(deps.db, "update holdfast.backups set deleted_at = now() where id = any($1::uuid[])", [
      remove.map(({ id }) => id),
    ]);
  }
  await execute(
    deps.db,
    `update holdfast.backups set deleted_at = now() where target_id = $1 and scope = 'account' and user_id is null
       and deleted_at is null and status in ('completed', 'failed', 'cancelled') and finished_at < now() - interval '30 days'`,
    [targetId],
  );
}
