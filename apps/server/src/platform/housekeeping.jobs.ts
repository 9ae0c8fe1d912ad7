import { z } from "zod";
import type { Database } from "./database/database.ts";
import * as queries from "./housekeeping.queries.ts";
import { defineJob, handleJob, type JobHandler } from "./jobs/job.ts";

const housekeeping = defineJob({ name: "platform.housekeeping", payload: z.object({}), cron: "5 * * * *" });

/** What no feature owns: partitions of the audit log made ahead, answers to idempotency keys forgotten after a day, throttle windows that are over. */
export function housekeepingJobs({ db }: { db: Database }): JobHandler[] {
  return [
    handleJob(housekeeping, async () => {
      await queries.ensureAuditPartitions.count(db);
      await queries.deleteOldAnswers.count(db);
      await queries.deleteOldThrottle.count(db);
    }),
  ];
}
