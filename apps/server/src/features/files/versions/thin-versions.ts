import type { VersionRules } from "../../../config.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import type { FilesDeps } from "../files.deps.ts";
import { remove } from "./delete-versions.ts";
import * as queries from "./thin-versions.queries.ts";
import { lockFile } from "./versions.queries.ts";

/** Files that one statement looks at. */
const filesAtOnce = 200;

/**
 * Deletes the earlier versions that the rules of the installation do not keep: as old as they are, one of each hour, day, week and month,
 * the newest; and at most so many of a file. A run that was cut short is simply begun again.
 * @returns what went
 */
export async function thinVersions(
  deps: Pick<FilesDeps, "db" | "clock">,
  rules: VersionRules,
  context: JobContext,
): Promise<{ deleted: number; bytes: number }> {
  const total = { deleted: 0, bytes: 0 };
  const { all, hourly, daily, weekly, monthly, most } = rules;
  for (let after: string | null = null; ; ) {
    context.signal.throwIfAborted();
    const ages = [all, hourly, daily, weekly, monthly] as const;
    const rows = await queries.findThinned.all(deps.db, after, filesAtOnce, deps.clock.now(), ...ages, most);
    if (rows.length === 0) break;
    after = rows.at(-1)?.file_id ?? null;
    for (const { file_id, going } of rows) {
      if (going === null) continue;
      context.signal.throwIfAborted();
      const { deleted, bytes } = await deps.db.transaction(async (tx) => {
        const file = await lockFile.first(tx, file_id);
        return file ? remove(tx, file.id, file.space_id, going) : { deleted: 0, bytes: 0 };
      });
      total.deleted += deleted;
      total.bytes += bytes;
    }
  }
  if (total.deleted > 0) context.log.info(total, "earlier versions were thinned out");
  return total;
}
