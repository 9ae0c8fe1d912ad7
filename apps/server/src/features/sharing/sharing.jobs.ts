import { z } from "zod";
import type { Database } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { deleteExcessAccesses, deleteOldAccesses, deleteOldGrants } from "./sharing.queries.ts";

const sweep = defineJob({ name: "sharing.sweep", payload: z.object({}), cron: "23 * * * *" });

/** Of each link, action and outcome. */
const KEPT_ROWS = 1_000;

/** Grants go a week after they have ended (a transfer may still be running, and renews its grant when it ends); accesses after 90 days. */
export function sharingJobs({ db }: { db: Database }): JobHandler[] {
  return [
    handleJob(sweep, async () => {
      await deleteOldGrants.count(db);
      await deleteOldAccesses.count(db);
      await deleteExcessAccesses.count(db, KEPT_ROWS);
    }),
  ];
}
