import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { withLock } from "../work/scope-lock.ts";
import { findDue } from "./heal.queries.ts";
import { healSegment, isWhole, noteWhole } from "./heal-segment.ts";

export const scrubJob = defineJob({
  name: "files.scrub",
  payload: z.object({}),
  cron: "*/15 * * * *",
  // One that was killed is taken up again; the next one by the clock is never far.
  retryLimit: 2,
  expireInSeconds: 3600,
});

/** Every segment is read within so many days. */
const WITHIN_DAYS = 30;
const RUNS_A_DAY = 96;
/** At least so many a run, so that a small store is done soon. */
const FEWEST = 500;
const BYTES_PER_SECOND = 20 * 1024 * 1024;
const RUN_MS = 12 * 60_000;

/**
 * Reads the segments that were not read for the longest time and compares them with their names, bad ones of before first. Slowly: 20 MiB
 * a second, a share of the store each run.
 */
export async function scrub(
  deps: BackupsDeps,
  context: JobContext,
): Promise<{ read: number; bad: number; healed: number }> {
  const result = { read: 0, bad: 0, healed: 0 };
  await withLock(deps.db, { name: "scrub" }, async () => {
    const end = performance.now() + RUN_MS;
    for (const segment of await findDue.all(deps.db, WITHIN_DAYS * 0.8, FEWEST, (WITHIN_DAYS * RUNS_A_DAY) / 2)) {
      if (context.signal.aborted || performance.now() > end) break;
      const began = performance.now();
      result.read++;
      // A bad one of before may be whole again: the file was uploaded again, or the disk reads what it could not.
      if (await isWhole(deps, segment.sha256)) {
        await noteWhole(deps, segment.sha256);
      } else {
        result.bad++;
        if (await healSegment(deps, segment.sha256)) result.healed++;
      }
      const rest = (segment.size / BYTES_PER_SECOND) * 1000 - (performance.now() - began);
      if (rest > 1) await sleep(rest, undefined, { signal: context.signal }).catch(() => {});
    }
  });
  if (result.bad > 0) context.log.warn(result, "scrub: damaged pieces were found");
  return result;
}
