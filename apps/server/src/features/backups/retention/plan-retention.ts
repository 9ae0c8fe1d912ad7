import type { Retention } from "@holdfast/contract";
import { chooseKept, type KeepPolicy, type Snapshot } from "@holdfast/repository";
import type { Queryable } from "../../../platform/database/database.ts";
import { listScheduled, type ScheduledBackup } from "./retention.queries.ts";

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
  const rows = await listScheduled.all(db, schedule.id);
  const backups = new Map(rows.map((row) => [row.id, row]));
  const snapshots: Snapshot[] = rows.map((row) => ({ id: row.id, time: row.backup_date, tree: "", paths: [] }));
  const result = chooseKept(snapshots, policyOf(retention), schedule.time_zone);
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
