import { z } from "zod";
import type { Database } from "../../../platform/database/database.ts";
import { countDueJobs } from "../../../platform/jobs/count-jobs.ts";
import { defineJob, handleJob, type JobHandler } from "../../../platform/jobs/job.ts";
import { rollUp } from "../../../platform/traffic/roll-up.ts";
import { noteInstallation } from "./installation.queries.ts";

const rollUpJob = defineJob({ name: "overview.roll-up", payload: z.object({}), cron: "* * * * *", retryLimit: 0 });

/** @param relaxed commits without waiting for the disk: what a crash of PostgreSQL takes is summed up again from the minutes */
export function overviewJobs({ relaxed }: { relaxed: Database }): JobHandler[] {
  return [
    handleJob(rollUpJob, async (_payload, { signal }) => {
      const { waiting, failed } = await countDueJobs(relaxed);
      await noteInstallation.all(relaxed, waiting, failed);
      await rollUp(relaxed, signal);
    }),
  ];
}
