import { z } from "zod";
import type { Database } from "../database/database.ts";
import { bossSchema } from "./boss.ts";
import { defineJob, handleJob, type JobHandler } from "./job.ts";

export const sweepJobsDefinition = defineJob({ name: "jobs.sweep", payload: z.object({}), cron: "17 * * * *" });

/** Finished jobs go after a day. Failed ones stay for 90 days, so that somebody sees them. */
export function sweepJobs(db: Database): JobHandler {
  return handleJob(sweepJobsDefinition, async () => {
    await db.query(`delete from ${bossSchema}.job
      where (state in ('completed', 'cancelled') and completed_on < now() - interval '1 day')
         or (state = 'failed' and completed_on < now() - interval '90 days')`);
  });
}
