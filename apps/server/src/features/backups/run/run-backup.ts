import { z } from "zod";
import { execute } from "../../../platform/database/database.ts";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import type { BackupRow } from "../backups.queries.ts";
import { readManifest } from "../instance/restore-instance.ts";
import { healSegment } from "../proof/heal-segment.ts";
import { retainJob } from "../retention/retain.ts";
import { SegmentUnreadable } from "../snapshot/read-segment.ts";
import { tagOf, takeSnapshot } from "../snapshot/take-snapshot.ts";
import type { OpenTarget } from "../targets/open-target.ts";
import { TargetAway } from "../targets/target-away.ts";
import { withLock } from "./scope-lock.ts";
import { tellAbout } from "./tell.ts";
import { Cancelled, type Tracker, trackWork } from "./track-work.ts";
import { verifyTarget } from "./verify-backup.ts";
import { explainFailure, isLocked, isPassing } from "./work-errors.ts";

export const runBackupJob = defineJob({
  name: "backups.run",
  payload: z.object({ backupId: z.uuid() }),
  // Whether its worker lives is told by heartbeats, not by this. One that takes longer is begun again, and goes on where it was.
  expireInSeconds: 23 * 3600,
  retryLimit: 10,
  concurrency: 2,
});

/** Beginnings, not failures of their own: a backup that ends its worker each time is not begun a sixth time. */
export const maxAttempts = 5;
const AGAIN_AFTER_MS = 3000;
/** A scheduled backup waits so long for a target that is away, such as a disk that is not connected. */
const AWAY_HOURS = 24;

/** Takes and verifies a backup. Begun again after a crash, it finds what is done and goes on. */
export async function runBackup(deps: BackupsDeps, backupId: string, context: JobContext): Promise<void> {
  const [waiting] = await execute<BackupRow>(deps.db, "select * from holdfast.backups where id = $1", [backupId]);
  if (!waiting || (waiting.status !== "queued" && waiting.status !== "running")) return;
  const began = await withLock(deps.db, { scope: waiting.user_id }, () => runLocked(deps, backupId, context));
  if (!began) await wait(deps, backupId);
}

/** Something else of this scope, or in this target, is under way: it comes back later. */
async function wait(deps: BackupsDeps, backupId: string): Promise<void> {
  await execute(
    deps.db,
    "update holdfast.backups set phase = 'waiting', beat_at = now() where id = $1 and status = 'queued'",
    [backupId],
  );
  await deps.jobs.enqueue(
    deps.db,
    runBackupJob,
    { backupId },
    { startAfter: new Date(deps.clock.now().getTime() + AGAIN_AFTER_MS), singletonKey: `wait ${backupId}` },
  );
}

async function runLocked(deps: BackupsDeps, backupId: string, context: JobContext): Promise<void> {
  const [row] = await execute<BackupRow>(
    deps.db,
    `update holdfast.backups set status = case when cancel_requested then 'cancelled' else 'running' end, phase = 'reading',
       started_at = coalesce(started_at, now()), attempts = attempts + 1, beat_at = now(), error = null,
       finished_at = case when cancel_requested then now() end
     where id = $1 and status in ('queued', 'running') returning *`,
    [backupId],
  );
  if (!row) return;
  const tell = await tellAbout(deps, row);
  tell();
  if (row.status === "cancelled") return;
  const tracker = trackWork(deps, "backups", backupId, context.signal, tell);
  try {
    if (row.attempts > maxAttempts) {
      throw new Error(`It was begun ${maxAttempts} times, and each time the worker ended in the middle. See its log.`);
    }
    await work(deps, row, tracker, tell);
    await tracker.stop();
    await end(deps, backupId, "completed", null);
    if (row.schedule_id !== null) {
      await deps.jobs.enqueue(deps.db, retainJob, { targetId: row.target_id }, { singletonKey: row.target_id });
    }
    context.log.info({ backupId, scope: row.scope }, "backup completed");
  } catch (error) {
    await tracker.stop();
    await fail(deps, row, error, tracker, context);
  } finally {
    tell();
  }
}

async function work(deps: BackupsDeps, row: BackupRow, tracker: Tracker, tell: () => void): Promise<void> {
  const target = await deps.targets.open(row.target_id, { create: true });
  if (row.snapshot_id === null && !(await adopt(deps, row, target))) {
    const progress = {
      total: (files: number, bytes: number) => tracker.set({ files_total: files, bytes_total: bytes }),
      done: (files: number, bytes: number, added: number) =>
        tracker.set({ files_done: files, bytes_done: bytes, bytes_added: added }),
    };
    await takeSnapshot(deps, row, target, progress, tracker.signal);
  }
  await execute(
    deps.db,
    "update holdfast.backups set phase = 'verifying', bytes_total = greatest(bytes_total, bytes_done) where id = $1",
    [row.id],
  );
  tell();
  await verifyTarget(deps, row.id, target, tracker.signal);
}

/** The snapshot of a former life that died before it could record it. */
async function adopt(deps: BackupsDeps, row: BackupRow, { repository }: OpenTarget): Promise<boolean> {
  if (row.attempts <= 1) return false;
  const found = (await repository.snapshots()).find(({ tags }) => tags?.includes(tagOf(row.id)));
  if (!found) return false;
  const path = (found.paths[0] ?? "/").slice(1);
  // Of an instance, restic's summary counts the catalogue's files as well.
  const people = row.scope === "instance" ? (await readManifest(repository, found.tree)).files?.count : undefined;
  await execute(
    deps.db,
    `update holdfast.backups set snapshot_id = $2, tree_id = $3, root_path = $4, backup_date = $5,
       files_done = $6, files_total = $6, bytes_done = $7, bytes_total = $7, bytes_added = $8 where id = $1`,
    [
      row.id,
      found.id,
      found.tree,
      path,
      found.time,
      people ?? found.summary?.total_files_processed ?? 0,
      found.summary?.total_bytes_processed ?? 0,
      found.summary?.data_added ?? 0,
    ],
  );
  return true;
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
    await end(deps, row.id, "cancelled", null);
    // Cancelled while it was verified, it has a snapshot that nobody wants.
    const key = { singletonKey: row.target_id };
    return deps.jobs.enqueue(deps.db, retainJob, { targetId: row.target_id }, key);
  }
  const stopped = context.signal.aborted;
  const locked = isLocked(error);
  if (stopped || locked || (isPassing(error) && row.attempts < maxAttempts)) {
    await execute(
      deps.db,
      `update holdfast.backups set status = 'queued', phase = 'waiting', error = $2, attempts = attempts - $3 where id = $1`,
      [row.id, stopped ? null : `${explainFailure(error)} It is tried again.`, stopped || locked ? 1 : 0],
    );
    if (locked) return wait(deps, row.id);
    throw error;
  }
  if (error instanceof TargetAway && row.schedule_id !== null) return waitForTarget(deps, row, error);
  if (error instanceof SegmentUnreadable && row.attempts < maxAttempts && (await healSegment(deps, error.sha256))) {
    await execute(deps.db, "update holdfast.backups set status = 'queued', phase = 'waiting' where id = $1", [row.id]);
    return wait(deps, row.id);
  }
  context.log.error({ err: error, backupId: row.id }, "a backup failed");
  await end(deps, row.id, "failed", explainFailure(error));
}

/** It stays queued, and the tick of backups tries it again every minute or two. Whoever has asked for a backup by hand is told at once instead. */
async function waitForTarget(deps: BackupsDeps, row: BackupRow, away: TargetAway): Promise<void> {
  const waited = deps.clock.now().getTime() - row.created_at.getTime();
  if (waited > AWAY_HOURS * 3_600_000) {
    const sentence = `${away.message} It was tried for ${AWAY_HOURS} hours; the schedule tries again at its next time.`;
    return end(deps, row.id, "failed", sentence);
  }
  await execute(
    deps.db,
    `update holdfast.backups set status = 'queued', phase = 'waiting', error = $2, attempts = attempts - 1 where id = $1`,
    [row.id, `${away.message} It is tried again every two minutes.`],
  );
}

async function end(
  deps: BackupsDeps,
  backupId: string,
  status: "completed" | "failed" | "cancelled",
  error: string | null,
): Promise<void> {
  await execute(
    deps.db,
    `update holdfast.backups set status = $2, phase = null, finished_at = now(), error = coalesce($3, case when $2 = 'completed' then error end)
     where id = $1`,
    [backupId, status, error],
  );
}
