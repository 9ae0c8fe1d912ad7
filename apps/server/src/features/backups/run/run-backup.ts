import { z } from "zod";
import { ProblemError } from "../../../platform/http/problem.ts";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { type BackupRow, findWork } from "../backups.queries.ts";
import { healSegment } from "../heal/heal-segment.ts";
import { readManifest } from "../restore/instance/restore-instance.ts";
import { removeOldBackupsJob } from "../retention/remove-old-backups.ts";
import {
  beginBackup,
  beginProof,
  endBackup,
  keepWaiting,
  recordSnapshot,
  requeueBackup,
} from "../states/backup-states.ts";
import type { OpenTarget } from "../targets/open-target.ts";
import { TargetAway } from "../targets/target-away.ts";
import { comingBack, isOpen } from "../work/come-back.ts";
import { explainFailure, isLocked, isPassing } from "../work/explain-failure.ts";
import { watcherNotifier } from "../work/notify-watchers.ts";
import { withLock } from "../work/scope-lock.ts";
import { SegmentUnreadable } from "../work/segment-unreadable.ts";
import { Cancelled, maxAttempts, type Tracker, trackWork } from "../work/track-work.ts";
import { tagOf, takeSnapshot } from "./take-snapshot.ts";
import { verifyTarget } from "./verify-backup.ts";

export const runBackupJob = defineJob({
  name: "backups.run",
  payload: z.object({ backupId: z.uuid() }),
  // Whether its worker lives is told by heartbeats, not by this. One that takes longer is begun again, and goes on where it was.
  expireInSeconds: 23 * 3600,
  retryLimit: 10,
  concurrency: 2,
});

/** A scheduled backup waits so long for a target that is away, such as a disk that is not connected. */
const AWAY_HOURS = 24;

/** Takes and verifies a backup. Begun again after a crash, it finds what is done and goes on. */
export async function runBackup(deps: BackupsDeps, backupId: string, context: JobContext): Promise<void> {
  const waiting = await findWork.first(deps.db, backupId);
  if (!waiting || !isOpen(waiting)) return;
  const began = await withLock(deps.db, { scope: waiting.user_id }, () => runLocked(deps, backupId, context));
  if (!began) await wait(deps, backupId);
}

/** Something else of this scope, or in this target, is under way: it comes back later. */
async function wait(deps: BackupsDeps, backupId: string): Promise<void> {
  await keepWaiting(deps.db, backupId);
  await deps.jobs.enqueue(deps.db, runBackupJob, { backupId }, comingBack(deps.clock, backupId));
}

async function runLocked(deps: BackupsDeps, backupId: string, context: JobContext): Promise<void> {
  const row = await beginBackup(deps.db, backupId);
  if (!row) return;
  const notify = await watcherNotifier(deps, row);
  notify();
  if (row.status === "cancelled") return;
  const tracker = trackWork(deps, "backups", backupId, context.signal, notify);
  try {
    if (row.attempts > maxAttempts) {
      throw new Error(`It was begun ${maxAttempts} times, and each time the worker ended in the middle. See its log.`);
    }
    await work(deps, row, tracker, notify);
    await tracker.stop();
    await endBackup(deps.db, backupId, "completed");
    if (row.schedule_id !== null) {
      await deps.jobs.enqueue(
        deps.db,
        removeOldBackupsJob,
        { targetId: row.target_id },
        { singletonKey: row.target_id },
      );
    }
    context.log.info({ backupId, scope: row.scope }, "backup completed");
  } catch (error) {
    await tracker.stop();
    await fail(deps, row, error, tracker, context);
  } finally {
    notify();
  }
}

async function work(deps: BackupsDeps, row: BackupRow, tracker: Tracker, notify: () => void): Promise<void> {
  const target = await deps.targets.open(row.target_id, { create: true });
  if (row.snapshot_id === null && !(await adopt(deps, row, target))) {
    const progress = {
      total: (files: number, bytes: number) => tracker.set({ files_total: files, bytes_total: bytes }),
      done: (files: number, bytes: number, added: number) =>
        tracker.set({ files_done: files, bytes_done: bytes, bytes_added: added }),
    };
    await takeSnapshot(deps, row, target, progress, tracker.signal);
  }
  await beginProof(deps.db, row.id);
  notify();
  await verifyTarget(deps, row, target, tracker.signal);
}

/** The snapshot of a former life that died before it could record it. */
async function adopt(deps: BackupsDeps, row: BackupRow, { repository }: OpenTarget): Promise<boolean> {
  if (row.attempts <= 1) return false;
  const found = (await repository.snapshots()).find(({ tags }) => tags?.includes(tagOf(row.id)));
  if (!found) return false;
  const path = (found.paths[0] ?? "/").slice(1);
  // Of an instance, restic's summary counts the catalogue's files as well.
  const people = row.scope === "instance" ? (await readManifest(repository, found.tree)).files?.count : undefined;
  return recordSnapshot(deps.db, row.id, {
    ...{ snapshotId: found.id, treeId: found.tree, rootPath: path, at: found.time },
    files: people ?? found.summary?.total_files_processed ?? 0,
    bytes: found.summary?.total_bytes_processed ?? 0,
    added: found.summary?.data_added ?? 0,
  });
}

async function fail(
  deps: BackupsDeps,
  row: BackupRow,
  error: unknown,
  tracker: Tracker,
  context: JobContext,
): Promise<void> {
  const reason = tracker.signal.aborted ? tracker.signal.reason : error;
  if (reason instanceof Cancelled) {
    await endBackup(deps.db, row.id, "cancelled");
    // Cancelled while it was verified, it has a snapshot that nobody wants.
    const key = { singletonKey: row.target_id };
    return deps.jobs.enqueue(deps.db, removeOldBackupsJob, { targetId: row.target_id }, key);
  }
  const stopped = context.signal.aborted;
  const locked = isLocked(error);
  if (stopped || locked || (isPassing(error) && row.attempts < maxAttempts)) {
    const sentence = stopped ? null : `${explainFailure(error)} It is tried again.`;
    await requeueBackup(deps.db, row.id, sentence, stopped || locked ? 1 : 0);
    if (locked) return wait(deps, row.id);
    throw error;
  }
  if (error instanceof TargetAway && row.schedule_id !== null) return waitForTarget(deps, row, error);
  if (error instanceof SegmentUnreadable && row.attempts < maxAttempts && (await healSegment(deps, error.sha256))) {
    await requeueBackup(deps.db, row.id, null);
    return wait(deps, row.id);
  }
  const overQuota = error instanceof ProblemError && error.code === "backup_quota_exceeded";
  if (overQuota) context.log.info({ backupId: row.id }, "a backup ended at its account's quota");
  else context.log.error({ err: error, backupId: row.id }, "a backup failed");
  await endBackup(deps.db, row.id, "failed", explainFailure(error));
  if (overQuota) {
    // What it stored is in nobody's snapshot.
    const key = { singletonKey: row.target_id };
    await deps.jobs.enqueue(deps.db, removeOldBackupsJob, { targetId: row.target_id }, key);
  }
}

/** It stays queued, and the tick of backups tries it again every minute or two. Whoever has asked for a backup by hand is told at once instead. */
async function waitForTarget(deps: BackupsDeps, row: BackupRow, away: TargetAway): Promise<void> {
  const waited = deps.clock.now().getTime() - row.created_at.getTime();
  if (waited > AWAY_HOURS * 3_600_000) {
    const sentence = `${away.message} It was tried for ${AWAY_HOURS} hours; the schedule tries again at its next time.`;
    return void (await endBackup(deps.db, row.id, "failed", sentence));
  }
  await requeueBackup(deps.db, row.id, `${away.message} It is tried again every two minutes.`, 1);
}
