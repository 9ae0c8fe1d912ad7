import { z } from "zod";
import { execute } from "../../../platform/database/database.ts";
import { defineJob } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { enterBackup } from "../backups.service.ts";
import { finishRestore } from "../instance/after-restore.ts";
import { runRestoreJob } from "../restore/run-restore.ts";
import { retainJob } from "../retention/retain.ts";
import { runBackupJob } from "../run/run-backup.ts";
import { verifyJob } from "../run/verify-backup.ts";
import { nextRun } from "./cron.ts";
import type { ScheduleRow } from "./schedules.service.ts";

export const tickJob = defineJob({ name: "backups.tick", payload: z.object({}), cron: "* * * * *", retryLimit: 0 });

/** Once a minute: begins what is due, and picks up what a dead worker has left. */
export async function tick(deps: BackupsDeps): Promise<void> {
  await enterDue(deps);
  await pickUp(deps, 90);
}

/**
 * When a worker starts: what was under way when the last one died goes on at once, and not only when the queue has given up waiting for
 * that one.
 */
export async function resumeBackups(deps: BackupsDeps): Promise<void> {
  await finishRestore(deps);
  await pickUp(deps, 0);
  const verifying = await execute<{ id: string }>(
    deps.db,
    "select id from holdfast.backups where status = 'completed' and phase = 'verifying' and deleted_at is null",
  );
  for (const { id } of verifying) {
    await deps.jobs.enqueue(deps.db, verifyJob, { backupId: id }, { singletonKey: `found ${id}` });
  }
  for (const { target_id: targetId } of await execute<{ target_id: string }>(deps.db, targetsToPrune)) {
    await deps.jobs.enqueue(deps.db, retainJob, { targetId }, { singletonKey: targetId });
  }
}

/** Where snapshots of forgotten backups still are. */
const targetsToPrune = `select distinct target_id from holdfast.backups
  where (deleted_at is not null or status = 'cancelled') and snapshot_id is not null`;

/**
 * Enters a backup for every schedule whose time has come, and sets its next time. However many runs were missed while nobody was
 * there, they are caught up by one.
 */
export async function enterDue(deps: BackupsDeps): Promise<number> {
  for (let entered = 0; ; entered++) {
    const more = await deps.db.transaction(async (tx) => {
      const [row] = await execute<ScheduleRow>(
        tx,
        `select s.* from holdfast.backup_schedules s left join holdfast.users u on u.id = s.user_id
         where s.enabled and s.next_run_at <= $1 and (s.user_id is null or u.deleted_at is null)
         order by s.next_run_at limit 1 for update of s skip locked`,
        [deps.clock.now()],
      );
      if (!row) return false;
      await enterBackup(deps, tx, {
        scope: row.scope,
        userId: row.user_id,
        targetId: row.target_id,
        scheduleId: row.id,
        withVersions: row.with_versions,
      });
      await execute(tx, "update holdfast.backup_schedules set next_run_at = $2, last_run_at = $3 where id = $1", [
        row.id,
        nextRun({ cron: row.cron, timeZone: row.time_zone }, deps.clock.now()),
        deps.clock.now(),
      ]);
      return true;
    });
    if (!more) return entered;
  }
}

/**
 * Work that nobody has been heard of from for a while gets a new job. Its worker may have been killed and its job have used up its
 * tries; where it does live after all, it holds the lock, and the new job steps back.
 */
async function pickUp(deps: BackupsDeps, silentSeconds: number): Promise<void> {
  for (const backupId of await unheardOf(deps, "backups", silentSeconds)) {
    await deps.jobs.enqueue(deps.db, runBackupJob, { backupId }, { singletonKey: `found ${backupId}` });
  }
  for (const restoreId of await unheardOf(deps, "restores", silentSeconds)) {
    await deps.jobs.enqueue(deps.db, runRestoreJob, { restoreId }, { singletonKey: `found ${restoreId}` });
  }
}

async function unheardOf(deps: BackupsDeps, table: "backups" | "restores", seconds: number): Promise<string[]> {
  const rows = await execute<{ id: string }>(
    deps.db,
    `select id from holdfast.${table} where status in ('queued', 'running')
     and coalesce(beat_at, created_at) < now() - make_interval(secs => $1) limit 100`,
    [seconds],
  );
  return rows.map(({ id }) => id);
}
