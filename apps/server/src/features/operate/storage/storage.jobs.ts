import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../../platform/jobs/job.ts";
import { type MeasureDeps, measureStorage } from "./measure.ts";

export const measureJob = defineJob({
  name: "storage.measure",
  payload: z.object({}),
  cron: "47 2 * * *",
  expireInSeconds: 3600,
});

export function storageJobs(deps: MeasureDeps): JobHandler[] {
  return [handleJob(measureJob, (_payload, { signal }) => measureStorage(deps, signal))];
}
