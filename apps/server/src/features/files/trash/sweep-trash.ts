import type { JobContext } from "../../../platform/jobs/job.ts";
import type { FilesDeps } from "../files.deps.ts";
import { purgeMarked } from "./purge.ts";
import { markExpired } from "./trash.queries.ts";

/** Rows of one statement. */
const markedAtOnce = 5_000;

/** Deletes for good what has been in the trash for too long. */
export async function sweepTrash(deps: FilesDeps, context: JobContext, days = deps.trashDays): Promise<void> {
  for (let marked = markedAtOnce; marked === markedAtOnce; ) {
    context.signal.throwIfAborted();
    marked = await markExpired.count(deps.db, days, markedAtOnce);
  }
  await purgeMarked(deps, context);
}
