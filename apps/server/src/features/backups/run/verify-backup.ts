import { check } from "@holdfast/repository";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import * as states from "../states/backup-states.queries.ts";
import { requestProof } from "../states/backup-states.ts";
import type { OpenTarget } from "../targets/open-target.ts";
import { explainFailure, isPassing } from "../work/explain-failure.ts";
import { watcherNotifier } from "../work/notify-watchers.ts";

export const verifyJob = defineJob({
  name: "backups.verify",
  payload: z.object({ backupId: z.uuid(), everything: z.boolean().default(true) }),
  expireInSeconds: 23 * 3600,
});

/** A repository up to here is read back whole each time. */
const READ_WHOLE_BYTES = 256 * 1024 * 1024;
/** Each pack is read back within so many verifications: daily backups read everything within 30 days. */
const MOST_SHARES = 30;

/**
 * Reads a target's repository back: structure and trees of all snapshots, and every byte of its packs or of the share whose turn it is.
 * Records the verdict with the backup.
 */
export async function verifyTarget(
  deps: BackupsDeps,
  backupId: string,
  target: OpenTarget,
  signal: AbortSignal,
  everything = false,
): Promise<void> {
  const readData = everything ? "all" : await chooseShare(deps, target);
  const { errors } = await check(target.repository, { signal, readData });
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more findings)` : "";
  const verdict =
    first === undefined
      ? null
      : `The backup is not proven: ${first}${more} Make a new backup; if this comes again, look at the disk of the target "${target.row.name}".`;
  await states.recordProof.count(deps.db, backupId, verdict);
}

async function chooseShare(
  deps: BackupsDeps,
  { store, row }: OpenTarget,
): Promise<"all" | { part: number; of: number }> {
  let bytes = 0;
  for await (const { size } of store.list("data/")) bytes += size;
  if (bytes <= READ_WHOLE_BYTES) return "all";
  const of = Math.min(MOST_SHARES, Math.ceil(bytes / READ_WHOLE_BYTES));
  const count = await states.countVerified.first(deps.db, row.id);
  return { part: ((count?.number ?? 0) % of) + 1, of };
}

/** The job behind "verify now": everything is read. */
export async function verifyBackup(
  deps: BackupsDeps,
  payload: { backupId: string; everything: boolean },
  context: JobContext,
): Promise<void> {
  const row = await requestProof(deps.db, payload.backupId);
  if (!row) return;
  const notify = await watcherNotifier(deps, row);
  try {
    const target = await deps.targets.open(row.target_id);
    await verifyTarget(deps, row.id, target, context.signal, payload.everything);
  } catch (error) {
    if (context.signal.aborted || isPassing(error)) throw error;
    await states.recordProofError.count(deps.db, row.id, explainFailure(error));
  } finally {
    await states.endProof.count(deps.db, row.id);
    notify();
  }
}
