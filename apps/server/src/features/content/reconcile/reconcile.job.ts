import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../../platform/jobs/job.ts";
import type { ContentDeps } from "../content.deps.ts";
import { reconcile } from "./reconcile.ts";

export const reconcileJob = defineJob({
  name: "files.reconcile",
  changesData: true,
  payload: z.object({}),
  cron: "11 3 * * *",
  expireInSeconds: 23 * 3600,
  retryLimit: 1,
});

/** Once a day: reports, and removes what an earlier report has announced. */
export function reconcileHandler(deps: ContentDeps): JobHandler {
  return handleJob(reconcileJob, async (_payload, { signal, log }) => {
    const report = await reconcile(deps, { mode: "remove", signal });
    if (!report) return;
    const { problems, ...counts } = report;
    if (report.missing + report.wrongSize > 0) {
      log.error(
        { ...counts, segments: problems.map(({ sha256 }) => sha256) },
        "stored segments are missing or have a wrong size",
      );
    } else if (report.refusal !== null) log.warn(counts, report.refusal);
    else log.info(counts, "object store and tables were compared");
  });
}
