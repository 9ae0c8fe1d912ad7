import { z } from "zod";
import type { Database } from "./database/database.ts";
import * as queries from "./housekeeping.queries.ts";
import { defineJob, handleJob, type JobHandler } from "./jobs/job.ts";
import { keepPartitions } from "./traffic/roll-up.ts";

const housekeeping = defineJob({ name: "platform.housekeeping", payload: z.object({}), cron: "5 * * * *" });

/** Answers to idempotency keys that one user may have kept; no client comes back for so many. */
const ANSWERS_KEPT = 50_000;

/** What no feature owns: partitions of the audit log and of statistics made ahead and old ones dropped, answers to idempotency keys forgotten after a day, throttle windows that are over. */
export function housekeepingJobs({ db, auditMonths }: { db: Database; auditMonths: number }): JobHandler[] {
  return [
    handleJob(housekeeping, async () => {
      await queries.ensureAuditPartitions.count(db);
      await keepPartitions(db);
      if (auditMonths > 0) await queries.dropOldAudit.count(db, auditMonths);
      await queries.deleteOldAnswers.count(db);
      await queries.deleteExcessAnswers.count(db, ANSWERS_KEPT);
      await queries.deleteOldThrottle.count(db);
    }),
  ];
}
