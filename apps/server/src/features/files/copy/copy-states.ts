import type { Copy } from "@holdfast/contract";
import type { Tx } from "../../../platform/database/database.ts";
import type { FilesDeps } from "../files.deps.ts";
import { purgeJob } from "../trash/delete-file.ts";
import * as queries from "./copy-states.queries.ts";
import { discard } from "./run-copy.queries.ts";

/**
 * What becomes of a large copy. Every change of its row is one of these.
 *
 * | state     | is                                              | to                                                              |
 * |-----------|-------------------------------------------------|-----------------------------------------------------------------|
 * | running   | batches are made below a folder that nobody sees | completed (`completeCopy`), failed or cancelled (`giveUpCopy`)  |
 * | completed | the folder is where it was wanted               | nothing                                                         |
 * | failed, cancelled | what was made is being deleted for good  | nothing                                                         |
 *
 * Every change is made holding its row's lock (`lockCopy`), for a batch as well: a job that runs twice takes turns with itself.
 */
export type { CopyRow } from "./copy-states.queries.ts";
export { find as findCopy, lock as lockCopy } from "./copy-states.queries.ts";

/** running → completed, by whoever made the folder visible in the same transaction. */
export async function completeCopy(tx: Tx, id: string): Promise<void> {
  await queries.end.count(tx, id, "completed", null, null);
}

/** running → failed or cancelled. What was made goes, and what it took of the quota comes back. */
export async function giveUpCopy(
  { jobs }: Pick<FilesDeps, "jobs">,
  tx: Tx,
  id: string,
  { code, detail }: { code: string | null; detail: string | null },
): Promise<void> {
  if ((await queries.end.count(tx, id, code === null ? "cancelled" : "failed", code, detail)) === 0) return;
  await discard.count(tx, id);
  await jobs.enqueue(tx, purgeJob, { fileId: id });
}

export function toCopy(row: queries.CopyRow): Copy {
  return {
    id: row.id,
    fileId: row.file_id,
    name: row.name,
    status: row.status,
    entriesTotal: row.entries_total,
    entriesDone: row.entries_done,
    errorCode: row.error_code,
    error: row.error_detail,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
