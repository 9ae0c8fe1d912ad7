import { z } from "zod";
import { execute } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

const sweep = defineJob({ name: "uploads.sweep", payload: z.object({}), cron: "27 * * * *" });

export function uploadsJobs(deps: UploadsDeps): JobHandler[] {
  return [
    handleJob(sweep, async (_payload, context) => {
      const rows = await execute(deps.db, "delete from holdfast.uploads where expires_at < now() returning id");
      if (rows.length > 0) context.log.info({ count: rows.length }, "expired uploads removed");
    }),
  ];
}
