import type { BackupSchedule, Retention } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Queryable } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { checkWithVersions, mayUse, scopeOwner, type WantedScope } from "../browse/access-backup.ts";
import { planRetention } from "../retention/plan-retention.ts";
import { removeOldBackupsJob } from "../retention/remove-old-backups.ts";
import { describeCron, judgeWhen, nextRun, nextRuns, type When } from "./cron.ts";
import type { ScheduleRow } from "./schedules.queries.ts";
import * as queries from "./schedules.queries.ts";

export function toSchedule(row: ScheduleRow, now: Date): BackupSchedule {
  const when = { cron: row.cron, timeZone: row.time_zone };
  return {
    id: row.id,
    scope: row.scope,
    userId: row.user_id,
    ...when,
    description: describeCron(row.cron),
    nextRuns: nextRuns(when, now).map((run) => run.toISOString()),
    retention: row.retention,
    targetId: row.target_id,
    enabled: row.enabled,
    withVersions: row.with_versions,
    lastRunAt: row.last_run_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** A person's schedules, and those of teams that they manage; for an admin the instance's too. */
export async function listSchedules(deps: BackupsDeps, who: Principal): Promise<BackupSchedule[]> {
  const rows = await queries.listSchedules.all(deps.db, who.userId, who.role === "admin");
  return rows.map((row) => toSchedule(row, deps.clock.now()));
}

/** Throws not_found for what is not there, and for what is somebody else's. */
export async function accessSchedule(db: Queryable, who: Principal, id: string): Promise<ScheduleRow> {
  const row = await queries.findSchedule.first(db, id);
  if (!row || !(await mayUse(db, who, row))) throw notFound();
  return row;
}

export interface NewSchedule extends When, WantedScope {
  retention: Retention;
  targetId?: string | undefined;
  enabled: boolean;
  withVersions: boolean;
}

/** Throws forbidden, not_found, invalid_request, invalid_schedule. */
export async function createSchedule(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  wanted: NewSchedule,
): Promise<BackupSchedule> {
  const userId = await scopeOwner(deps.db, who, wanted);
  checkWithVersions(wanted.scope, wanted.withVersions);
  const { cron, timeZone } = judgeWhen(wanted, null);
  const target = await deps.targets.row(wanted.targetId ?? null);
  const id = newId();
  return deps.db.transaction(async (tx) => {
    await queries.insertSchedule.count(
      tx,
      id,
      wanted.scope,
      userId,
      cron,
      timeZone,
      JSON.stringify(wanted.retention),
      target.id,
      wanted.enabled,
      wanted.withVersions,
      nextRun({ cron, timeZone }, deps.clock.now()),
    );
    await audit(tx, origin, {
      action: "schedule.create",
      targetId: id,
      detail: { scope: wanted.scope, cron, timeZone },
    });
    return keepAnswer(tx, toSchedule(await accessSchedule(tx, who, id), deps.clock.now()));
  });
}

/** Throws not_found, invalid_request, invalid_schedule. */
export async function updateSchedule(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  id: string,
  change: When & {
    retention?: Retention | undefined;
    targetId?: string | undefined;
    enabled?: boolean | undefined;
    withVersions?: boolean | undefined;
  },
): Promise<BackupSchedule> {
  const row = await accessSchedule(deps.db, who, id);
  checkWithVersions(row.scope, change.withVersions ?? false);
  const { cron, timeZone } = judgeWhen(change, { cron: row.cron, timeZone: row.time_zone });
  const target = change.targetId ? await deps.targets.row(change.targetId) : null;
  const retention = change.retention ? { retention: { from: row.retention, to: change.retention } } : {};
  await deps.db.transaction(async (tx) => {
    await queries.updateSchedule.count(
      tx,
      id,
      cron,
      timeZone,
      // What was missed while it was off, or under the old hours, is not caught up.
      nextRun({ cron, timeZone }, deps.clock.now()),
      change.retention ? JSON.stringify(change.retention) : null,
      target?.id ?? null,
      change.enabled ?? null,
      change.withVersions ?? null,
    );
    if (change.retention) {
      await deps.jobs.enqueue(tx, removeOldBackupsJob, { targetId: row.target_id }, { singletonKey: row.target_id });
    }
    await audit(tx, origin, { action: "schedule.update", targetId: id, detail: { cron, timeZone, ...retention } });
  });
  return toSchedule(await accessSchedule(deps.db, who, id), deps.clock.now());
}

/** Ends a schedule. Its backups stay until somebody deletes them. Throws not_found. */
export async function deleteSchedule(deps: BackupsDeps, who: Principal, origin: Origin, id: string): Promise<void> {
  await accessSchedule(deps.db, who, id);
  await deps.db.transaction(async (tx) => {
    await queries.deleteSchedule.count(tx, id);
    await audit(tx, origin, { action: "schedule.delete", targetId: id });
  });
}

/** Throws not_found. */
export async function previewRetention(deps: BackupsDeps, who: Principal, id: string, retention?: Retention) {
  const row = await accessSchedule(deps.db, who, id);
  const plan = await planRetention(deps.db, row, retention ?? row.retention);
  return {
    keep: plan.keep.map((entry) => ({ ...entry, backupDate: entry.backupDate.toISOString() })),
    remove: plan.remove.map((entry) => ({ ...entry, backupDate: entry.backupDate.toISOString() })),
  };
}
