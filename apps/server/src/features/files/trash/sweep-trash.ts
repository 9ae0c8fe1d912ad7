import { execute } from "../../../platform/database/database.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import type { FilesDeps } from "../files.deps.ts";
import { purgeMarked } from "./purge.ts";

/** Deletes for good what has been in the trash for too long. */
export async function sweepTrash(deps: FilesDeps, context: JobContext): Promise<void> {
  await execute(deps.db, "update holdfast.files set purged_at = now() where trashed_at < $1 and purged_at is null", [
    new Date(deps.clock.now().getTime() - deps.trashDays * 86_400_000),
  ]);
  await purgeMarked(deps, context);
}
