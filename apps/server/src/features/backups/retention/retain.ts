import { forgetSnapshots, type PruneReport, prune, type Repository } from "@holdfast/repository";
import { StorageError } from "@holdfast/storage";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { dropSnapshots, findForgotten } from "../run/backup-states.queries.ts";
import { applyRetention } from "./retention.ts";

export const retainJob = defineJob({
  name: "backups.retain",
  payload: z.object({ targetId: z.uuid() }),
  // The repository may be in use for hours: it is asked for again, with growing pauses, for about a day.
  retryLimit: 12,
  retryDelaySeconds: 20,
  expireInSeconds: 23 * 3600,
});

/**
 * Applies the schedules' rules, removes the snapshots of backups that are forgotten, and then the data that no snapshot needs. Waits
 * (by being tried again) for whoever uses the repository, restic itself included.
 */
export async function retain(deps: BackupsDeps, targetId: string, context: JobContext): Promise<void> {
  await applyRetention(deps, targetId);
  const gone = await findForgotten.all(deps.db, targetId);
  if (gone.length === 0) return;
  const { repository } = await deps.targets.open(targetId);
  const present = new Set((await repository.snapshots()).map(({ id }) => id));
  const ids = gone.map((row) => row.snapshot_id).filter((id) => present.has(id));
  if (ids.length > 0) await forgetSnapshots(repository, ids, { signal: context.signal });
  const report = await pruneWithin(repository, context.signal);
  // A chunk that is gone from the index is never trusted, whatever these rows say; this keeps the table from growing without need.
  await dropSnapshots.count(
    deps.db,
    gone.map(({ id }) => id),
  );
  context.log.info({ targetId, snapshots: ids.length, bytesFreed: report.bytesFreed }, "old backups removed");
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
