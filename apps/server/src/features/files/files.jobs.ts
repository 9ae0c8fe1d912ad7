import { z } from "zod";
import type { Database } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { copyJob } from "./copy/large-copies.ts";
import { runCopy, sweepCopies } from "./copy/run-copy.ts";
import type { FilesDeps } from "./files.deps.ts";
import { rewindJob } from "./rewind/rewinds.ts";
import { runRewind, sweepRewinds } from "./rewind/run-rewind.ts";
import { emptyRest, emptyTrashJob, purgeJob, purgeMarkedJob } from "./trash/delete-file.ts";
import { purgeMarked, purgeTree } from "./trash/purge.ts";
import { sweepTrash } from "./trash/sweep-trash.ts";
import { foldUsage } from "./usage.ts";
import { thinVersions } from "./versions/thin-versions.ts";

const nothing = z.object({});
export const trashSweep = defineJob({
  name: "files.sweep-trash",
  changesData: true,
  /** Fewer days than things stay in the trash by themselves, where an administrator asks for it. */
  payload: z.object({ days: z.number().int().min(1).optional() }),
  cron: "17 * * * *",
});
const usageFold = defineJob({ name: "files.fold-usage", payload: nothing, cron: "* * * * *" });
export const versionsThin = defineJob({
  name: "files.thin-versions",
  changesData: true,
  payload: nothing,
  cron: "27 3 * * *",
  expireInSeconds: 6 * 3600,
});

/** @param relaxed commits without waiting for the disk: what a crash of PostgreSQL brings back is deleted again */
export function filesJobs(deps: FilesDeps, relaxed: Database): JobHandler[] {
  return [
    handleJob(purgeJob, ({ fileId }, context) => purgeTree({ db: relaxed }, fileId, context)),
    handleJob(purgeMarkedJob, (_payload, context) => purgeMarked({ db: relaxed }, context)),
    handleJob(emptyTrashJob, (payload, context) => emptyRest(deps, payload, context)),
    handleJob(trashSweep, async ({ days }, context) => {
      await sweepCopies(deps);
      await sweepRewinds(deps);
      await sweepTrash(deps, context, days);
    }),
    handleJob(copyJob, ({ copyId }, context) => runCopy(deps, copyId, context)),
    handleJob(rewindJob, ({ rewindId }, context) => runRewind(deps, rewindId, context)),
    handleJob(versionsThin, async (_payload, context) => {
      if (deps.keepVersions !== null) await thinVersions(deps, deps.keepVersions, context);
    }),
    handleJob(usageFold, () => foldUsage(deps.db)),
  ];
}
