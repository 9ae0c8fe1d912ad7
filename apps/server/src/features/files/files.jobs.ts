import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { purgeJob, purgeMarkedJob } from "./delete-file.ts";
import type { FilesDeps } from "./files.deps.ts";
import { hashContent, hashJob } from "./hash-content.ts";
import { purgeMarked, purgeTree } from "./purge.ts";
import { reconcileHandler } from "./reconcile/reconcile.job.ts";
import { makeRoom, sweepContents, sweepSegments, sweepTrash } from "./sweep.ts";
import { foldUsage } from "./usage.ts";

const nothing = z.object({});
const trashSweep = defineJob({ name: "files.sweep-trash", payload: nothing, cron: "17 * * * *" });
const segmentSweep = defineJob({
  name: "files.sweep-segments",
  payload: nothing,
  cron: "43 */4 * * *",
  expireInSeconds: 3600,
});
const roomSweep = defineJob({
  name: "files.make-room",
  payload: nothing,
  cron: "*/10 * * * *",
  expireInSeconds: 3600,
});
const usageFold = defineJob({ name: "files.fold-usage", payload: nothing, cron: "* * * * *" });

export function filesJobs(deps: FilesDeps): JobHandler[] {
  return [
    handleJob(purgeJob, ({ fileId }, context) => purgeTree(deps, fileId, context)),
    handleJob(purgeMarkedJob, (_payload, context) => purgeMarked(deps, context)),
    handleJob(hashJob, ({ contentId }, context) => hashContent(deps, contentId, context.signal)),
    handleJob(trashSweep, (_payload, context) => sweepTrash(deps, context)),
    handleJob(segmentSweep, async (_payload, context) => {
      await sweepContents(deps, context);
      const count = await sweepSegments(deps, context);
      if (count > 0) context.log.info({ count }, "unreferenced segments deleted");
    }),
    handleJob(roomSweep, async (_payload, context) => {
      const count = await makeRoom(deps, context);
      if (count > 0) context.log.info({ count }, "unreferenced segments deleted early, because the disk is full");
    }),
    reconcileHandler(deps),
    handleJob(usageFold, () => foldUsage(deps.db)),
  ];
}
