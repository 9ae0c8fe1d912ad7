import type pg from "pg";
import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";

const sweep = defineJob({ name: "sharing.sweep", payload: z.object({}), cron: "23 * * * *" });

/** Grants go a week after they have ended (a transfer may still be running, and renews its grant when it ends); accesses after 90 days. */
export function sharingJobs({ pool }: { pool: pg.Pool }): JobHandler[] {
  return [
    handleJob(sweep, async () => {
      await pool.query("delete from holdfast.share_grants where expires_at < now() - interval '7 days'");
      await pool.query("delete from holdfast.share_accesses where occurred_at < now() - interval '90 days'");
    }),
  ];
}
