import { z } from "zod";
import { execute } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { finishLeftOver } from "./tus/finish-left-over.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

const sweep = defineJob({ name: "uploads.sweep", payload: z.object({}), cron: "27 * * * *" });
const finish = defineJob({ name: "uploads.finish", payload: z.object({}), cron: "* * * * *" });

export function uploadsJobs(deps: UploadsDeps): JobHandler[] {
  return [
    handleJob(sweep, async (_payload, context) => {
      // What is complete is finished or refused first. What is not, and has no folder any more, cannot become a file.
      const rows = await execute(
        deps.db,
        `delete from holdfast.uploads
         where (expires_at < now() and (file_id is not null or refused_code is not null or size is distinct from upload_offset))
           or (parent_id is null and file_id is null and size is distinct from upload_offset) returning id`,
      );
      if (rows.length > 0) context.log.info({ count: rows.length }, "expired uploads removed");
    }),
    handleJob(finish, (_payload, context) => finishLeftOver(deps, context)),
  ];
}
