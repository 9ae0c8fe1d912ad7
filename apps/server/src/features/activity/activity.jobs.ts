import { z } from "zod";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import type { ActivityDeps } from "./activity.deps.ts";
import { mailDigest, queueDigests } from "./digest/queue-digests.ts";
import { sendDigest } from "./digest/send-digest.ts";
import { deleteExcess, deleteOld, deleteOldDigests } from "./notifications/notifications.queries.ts";

const sweep = defineJob({ name: "activity.sweep", payload: z.object({}), cron: "41 * * * *" });
const digest = defineJob({ name: "activity.digest", payload: z.object({}), cron: "* * * * *" });

/** Of each user. */
const KEPT = 1_000;

export function activityJobs(
  deps: Pick<ActivityDeps, "db" | "log" | "jobs" | "mailer" | "site" | "linkKey">,
): JobHandler[] {
  return [
    handleJob(sweep, async () => {
      await deleteOld.count(deps.db);
      await deleteExcess.count(deps.db, KEPT);
      await deleteOldDigests.count(deps.db);
    }),
    handleJob(digest, () => queueDigests(deps)),
    handleJob(mailDigest, ({ digestId }) => sendDigest(deps, digestId)),
  ];
}
