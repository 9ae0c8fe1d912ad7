import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import type { ContentDeps } from "./content.deps.ts";
import { hashContent, hashJob } from "./keep/hash-content.ts";
import { makeRoom, sweepContents, sweepSegments } from "./keep/sweep.ts";
import { reconcileHandler } from "./reconcile/reconcile.job.ts";

const nothing = z.object({});
export const segmentSweep = defineJob({
  name: "files.sweep-segments",
  changesData: true,
  payload: nothing,
  cron: "43 */4 * * *",
  expireInSeconds: 3600,
});
const roomSweep = defineJob({
  name: "files.make-room",
  changesData: true,
  payload: nothing,
  cron: "*/10 * * * *",
  expireInSeconds: 3600,
});

export function contentJobs(deps: ContentDeps): JobHandler[] {
  return [
    handleJob(hashJob, ({ contentId }, context) => hashContent(deps, contentId, context.signal)),
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
  ];
}
