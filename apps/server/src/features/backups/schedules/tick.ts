import { z } from "zod";
import { defineJob } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { runRestoreJob } from "../restore/account/run-restore.ts";
import { finishRestore } from "../restore/instance/after-restore.ts";
import { removeOldBackupsJob } from "../retention/remove-old-backups.ts";
import { enterBackup } from "../run/enter-backup.ts";
import { runBackupJob } from "../run/run-backup.ts";
import { verifyJob } from "../run/verify-backup.ts";
import * as states from "../states/backup-states.queries.ts";
import { findSilent as findSilentRestores } from "../states/restore-states.queries.ts";
import { nextRun } from "./cron.ts";
import { lockDue, recordRun } from "./schedules.queries.ts";

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
  const verifying = await states.findVerifying.all(deps.db);
  for (const { id } of verifying) {
    await deps.jobs.enqueue(deps.db, verifyJob, { backupId: id }, { singletonKey: `found ${id}` });
  }
  for (const { target_id: targetId } of await states.findTargetsToPrune.all(deps.db)) {
    await deps.jobs.enqueue(deps.db, removeOldBackupsJob, { targetId }, { singletonKey: targetId });
  }
}

/**
 * Enters a backup for every schedule whose time has come, and sets its next time. However many runs were missed while nobody was
 * there, they are caught up by one.
 */
export async function enterDue(deps: BackupsDeps): Promise<number> {
  for (let entered = 0; ; entered++) {
    const more = await deps.db.transaction(async (tx) => {
      const row = await lockDue.first(tx, deps.clock.now());
      if (!row) return false;
      await enterBackup(deps, tx, {
        scope: row.scope,
        userId: row.user_id,
        targetId: row.target_id,
        scheduleId: row.id,
        withVersions: row.with_versions,
      });
      const next = nextRun({ cron: row.cron, timeZone: row.time_zone }, deps.clock.now());
      await recordRun.count(tx, row.id, next, deps.clock.now());
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
  for (const { id: backupId } of await states.findSilent.all(deps.db, silentSeconds)) {
    await deps.jobs.enqueue(deps.db, runBackupJob, { backupId }, { singletonKey: `found ${backupId}` });
  }
  for (const { id: restoreId } of await findSilentRestores.all(deps.db, silentSeconds)) {
    await deps.jobs.enqueue(deps.db, runRestoreJob, { restoreId }, { singletonKey: `found ${restoreId}` });
  }
}
