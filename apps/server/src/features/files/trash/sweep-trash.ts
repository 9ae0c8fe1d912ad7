import type { JobContext } from "../../../platform/jobs/job.ts";
import type { FilesDeps } from "../files.deps.ts";
import { purgeMarked } from "./purge.ts";
import { markExpired } from "./trash.queries.ts";

/** Deletes for good what has been in the trash for too long. */
export async function sweepTrash(deps: FilesDeps, context: JobContext): Promise<void> {
  await markExpired.count(deps.db, deps.trashDays);
  await purgeMarked(deps, context);
}
