import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { finishLeftOver } from "./tus/finish-left-over.ts";
import type { UploadsDeps } from "./uploads.deps.ts";
import { deleteExpired } from "./uploads.queries.ts";

const sweep = defineJob({ name: "uploads.sweep", changesData: true, payload: z.object({}), cron: "27 * * * *" });
const finish = defineJob({ name: "uploads.finish", changesData: true, payload: z.object({}), cron: "* * * * *" });

export function uploadsJobs(deps: UploadsDeps): JobHandler[] {
  return [
    handleJob(sweep, async (_payload, context) => {
      const count = await deleteExpired.count(deps.db);
      if (count > 0) context.log.info({ count }, "expired uploads removed");
    }),
    handleJob(finish, (_payload, context) => finishLeftOver(deps, context)),
  ];
}
