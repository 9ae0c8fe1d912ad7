import { z } from "zod";
import type { Database } from "./database/database.ts";
import * as queries from "./housekeeping.queries.ts";
import { defineJob, handleJob, type JobHandler } from "./jobs/job.ts";
import * as logLines from "./logging/log-lines.queries.ts";
import { deleteSilent } from "./nodes/nodes.queries.ts";
import { keepPartitions } from "./traffic/roll-up.ts";

const housekeeping = defineJob({ name: "platform.housekeeping", payload: z.object({}), cron: "5 * * * *" });

/** Answers to idempotency keys that one user may have kept; no client comes back for so many. */
const ANSWERS_KEPT = 50_000;

/** What lines of the log may take in the database, however many days that is. */
const LOG_BYTES = 256 * 2 ** 20;

export interface HousekeepingDeps {
  readonly db: Database;
  /** Whole months of changes that are kept; 0: for ever. */
  readonly auditMonths: number;
  /** Whole months of what was read; 0: for ever. */
  readonly accessLogMonths: number;
  /** Days of the log's lines. */
  readonly logDays: number;
}

/**
 * What no feature owns: partitions of logs and statistics made ahead and old ones dropped, answers to idempotency keys forgotten after a day,
 * throttle windows that are over.
 */
export function housekeepingJobs({ db, auditMonths, accessLogMonths, logDays }: HousekeepingDeps): JobHandler[] {
  return [
    handleJob(housekeeping, async () => {
      await queries.ensureAuditPartitions.count(db);
      await keepPartitions(db);
      if (auditMonths > 0) await queries.dropOldLog.count(db, "changes", auditMonths);
      if (accessLogMonths > 0) await queries.dropOldLog.count(db, "reads", accessLogMonths);
      await logLines.ensurePartitions.count(db);
      await logLines.dropOld.count(db, logDays, LOG_BYTES);
      await deleteSilent.count(db);
      await queries.deleteOldAnswers.count(db);
      await queries.deleteExcessAnswers.count(db, ANSWERS_KEPT);
      await queries.deleteOldThrottle.count(db);
    }),
  ];
}
