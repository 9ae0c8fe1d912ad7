import { z } from "zod";
import type { Database } from "../../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../../platform/jobs/job.ts";
import { deleteOldAlerts, deleteOldSilences } from "./alerts.queries.ts";
import { giveUpOld } from "./channels/deliveries.queries.ts";
import { removeOldReports } from "./sensors/reports.queries.ts";

const sweepAlerts = defineJob({ name: "alerts.sweep", payload: z.object({}), cron: "43 * * * *" });

/** Alerts that are over, besides those of the last 90 days. */
const KEPT = 10_000;

export function alertsJobs({ db }: { db: Database }): JobHandler[] {
  return [
    handleJob(sweepAlerts, async () => {
      await giveUpOld.count(db);
      await deleteOldAlerts.count(db, KEPT);
      await deleteOldSilences.count(db);
      await removeOldReports.count(db);
    }),
  ];
}
