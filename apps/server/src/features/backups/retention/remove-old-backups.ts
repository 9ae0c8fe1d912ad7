import { forgetSnapshots, type PruneReport, prune, type Repository } from "@holdfast/repository";
import { StorageError } from "@holdfast/storage";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { dropSnapshots, findForgotten, forgetOrphans } from "../states/backup-states.queries.ts";
import { deleteBackups } from "../states/backup-states.ts";
import { planRetention } from "./plan-retention.ts";
import { listSchedulesOf } from "./retention.queries.ts";

export const removeOldBackupsJob = defineJob({
  name: "backups.retain",
  payload: z.object({ targetId: z.uuid() }),
  // The repository may be in use for hours: it is asked for again, with growing pauses, for about a day.
  retryLimit: 12,
  retryDelaySeconds: 20,
  expireInSeconds: 23 * 3600,
});

/**
 * Applies the schedules' rules, removes the snapshots of backups that are forgotten, and then the data that no snapshot needs. Waits
 * (by running again later) for anything that uses the repository, restic itself included.
 */
export async function removeOldBackups(deps: BackupsDeps, targetId: string, context: JobContext): Promise<void> {
  await markExpired(deps, targetId);
  const gone = await findForgotten.all(deps.db, targetId);
  if (gone.length === 0) return;
  const { repository } = await deps.targets.open(targetId);
  const present = new Set((await repository.snapshots()).map(({ id }) => id));
  const ids = gone.map((row) => row.snapshot_id).filter((id) => id !== null && present.has(id)) as string[];
  if (ids.length > 0) await forgetSnapshots(repository, ids, { signal: context.signal });
  const report = await pruneWithin(repository, context.signal);
  // A chunk that is gone from the index is never trusted, whatever these rows say; this keeps the table from growing without need.
  await dropSnapshots.count(
    deps.db,
    gone.map(({ id }) => id),
  );
  context.log.info({ targetId, snapshots: ids.length, bytesFreed: report.bytesFreed }, "old backups removed");
}

/** Marks what the rules of a target's schedules do not keep, and the account backups of people who have been gone for 30 days. */
async function markExpired(deps: BackupsDeps, targetId: string): Promise<void> {
  const schedules = await listSchedulesOf.all(deps.db, targetId);
  for (const schedule of schedules) {
    const { remove } = await planRetention(deps.db, schedule, schedule.retention);
    await deleteBackups(
      deps.db,
      remove.map(({ id }) => id),
    );
  }
  await forgetOrphans.count(deps.db, targetId);
}

/** Where the disk has no room to move what is still needed out of packs, those that can simply go make some. */
async function pruneWithin(repository: Repository, signal: AbortSignal): Promise<PruneReport> {
  try {
    return await prune(repository, { signal });
  } catch (error) {
    if (!(error instanceof StorageError && error.code === "no_space")) throw error;
    return prune(repository, { signal, repack: false });
  }
}
