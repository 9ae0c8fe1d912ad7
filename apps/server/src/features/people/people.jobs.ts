import { z } from "zod";
import type { Database } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { deleteExpiredGrants } from "./grants/grants.queries.ts";

const sweep = defineJob({ name: "people.sweep-grants", changesData: true, payload: z.object({}), cron: "41 3 * * *" });

/** So long managers see what has expired, and can extend it. */
const KEPT_DAYS = 30;

export function peopleJobs({ db }: { db: Database }): JobHandler[] {
  return [handleJob(sweep, async () => void (await deleteExpiredGrants.count(db, KEPT_DAYS)))];
}
