import { z } from "zod";
import { newId } from "../../../platform/ids.ts";
import { defineJob } from "../../../platform/jobs/job.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { insertDigest, listDue, markMailed } from "./digest.queries.ts";

/** A mail server that is away for some hours gets them later. */
export const mailDigest = defineJob({
  name: "activity.mail",
  payload: z.object({ digestId: z.uuid() }),
  retryLimit: 10,
  retryDelaySeconds: 60,
});

/** Of one run; the next begins within a minute. */
const MOST = 500;

/** Queues an email for everybody whose unread notifications have waited long enough. They are marked in the transaction that queues it. */
export async function queueDigests({ db, jobs, mailer }: Pick<ActivityDeps, "db" | "jobs" | "mailer">): Promise<void> {
  if (mailer === null) return;
  for (const { user_id: userId } of await listDue.all(db, MOST)) {
    await db.transaction(async (tx) => {
      const digestId = newId();
      if ((await markMailed.count(tx, digestId, userId)) === 0) return;
      await insertDigest.count(tx, digestId, userId);
      await jobs.enqueue(tx, mailDigest, { digestId });
    });
  }
}
