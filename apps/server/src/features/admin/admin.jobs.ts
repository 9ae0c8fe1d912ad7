import { z } from "zod";
import type { Database } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { type FilesDeps, purgeSpace } from "../files/index.ts";
import { eraseUser, listDeletedUsers } from "./admin.queries.ts";
import { runTransfer, transferJob } from "./leaving/transfer-files.ts";

/**
 * Removes what deleted users have left. Without an id, once a day, it looks after all of them: also those whose account was deleted by
 * other means than ours, such as Supabase's dashboard.
 */
export const deleteUserJob = defineJob({
  name: "admin.delete-user",
  changesData: true,
  payload: z.object({ userId: z.uuid().optional() }),
  cron: "37 3 * * *",
  expireInSeconds: 3600,
});

export function adminJobs({ db }: { db: Database }, files: FilesDeps): JobHandler[] {
  return [
    handleJob(transferJob, ({ transferId }, context) => runTransfer(files, transferId, context)),
    handleJob(deleteUserJob, async ({ userId }, context) => {
      const { signal, log } = context;
      for (const { id } of await listDeletedUsers.all(db, userId ?? null)) {
        signal.throwIfAborted();
        // In batches: a statement over millions of rows would hold all of their checks in memory.
        await purgeSpace({ db }, id, context);
        await db.transaction((tx) => eraseUser(tx, id));
        log.info({ userId: id }, "a deleted user's files, links and entries were removed");
      }
    }),
  ];
}
