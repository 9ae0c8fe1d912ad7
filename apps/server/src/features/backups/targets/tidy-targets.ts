import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { folderOf } from "./target-row.ts";
import { listTargets } from "./targets.queries.ts";

export const tidyJob = defineJob({ name: "backups.tidy", payload: z.object({}), cron: "23 3 * * *" });

/** Removes what writes to local targets have left that were cut short: parts of packs, which nobody ever reads. */
export async function tidyTargets(deps: BackupsDeps, context: JobContext): Promise<void> {
  for (const row of (await listTargets.all(deps.db)).filter(({ kind }) => kind === "local")) {
    context.signal.throwIfAborted();
    // Opening a store makes its folder: a disk that is not connected is left alone.
    if (!(await stat(join(folderOf(row, deps.dataDir), "config")).catch(() => null))) continue;
    // The kept one was opened once, at its first use; opening removes what is older than a day.
    const store = await deps.targets.openStore(row).catch((error: unknown) => {
      context.log.info({ err: error, targetId: row.id }, "a target was not tidied");
    });
    await store?.close();
  }
}
