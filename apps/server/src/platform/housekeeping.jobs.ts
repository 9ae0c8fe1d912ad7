import { z } from "zod";
import { type Database, execute } from "./database/database.ts";
import { defineJob, handleJob, type JobHandler } from "./jobs/job.ts";

const housekeeping = defineJob({ name: "platform.housekeeping", payload: z.object({}), cron: "5 * * * *" });

/** What no feature owns: partitions of the audit log made ahead, answers to idempotency keys forgotten after a day, throttle windows that are over. */
export function housekeepingJobs({ db }: { db: Database }): JobHandler[] {
  return [
    handleJob(housekeeping, async () => {
      await execute(db, "select holdfast.ensure_audit_partitions()");
      await execute(db, "delete from holdfast.idempotency_keys where created_at < now() - interval '1 day'");
      await execute(db, "delete from holdfast.throttle where window_ends_at < now() - interval '1 day'");
    }),
  ];
}
