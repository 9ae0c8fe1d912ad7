import type { Tx } from "../../../platform/database/database.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { dropContents } from "../../content/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import * as queries from "./purge.queries.ts";

const batch = 2000;

/**
 * Removes a purged file or folder with all that is inside, in batches of one transaction each. Folders go after what is in them, so a
 * run that was cut short is simply begun again.
 */
export async function purgeTree(deps: FilesDeps, fileId: string, context: JobContext): Promise<void> {
  if (!(await queries.findMarked.first(deps.db, fileId))) return;
  const folders = [fileId];
  const emptied: string[] = [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (let removed = batch; removed === batch; ) {
      context.signal.throwIfAborted();
      removed = await deps.db.transaction((tx) => removeFiles(tx, "files in", folder as string));
    }
    const inside = await queries.listFolders.all(deps.db, folder);
    for (const { id } of inside) folders.push(id);
    emptied.push(folder);
  }
  // Folders below the purged one carry no mark of their own: they go because they were reached from it.
  for (const folder of emptied.reverse()) {
    context.signal.throwIfAborted();
    await deps.db.transaction((tx) => removeFiles(tx, "itself", folder));
  }
}

/** Removes whatever was deleted for good and is still there. */
export async function purgeMarked(deps: FilesDeps, context: JobContext): Promise<void> {
  for (;;) {
    const rows = await queries.listMarked.all(deps.db);
    if (rows.length === 0) return;
    for (const { id } of rows) await purgeTree(deps, id, context);
  }
}

/** Deletes up to a batch of rows with their versions, gives the bytes back to their owner, and drops contents that nobody else has. */
async function removeFiles(tx: Tx, which: "files in" | "itself", id: string): Promise<number> {
  const result = await queries.removeFiles.of(which).first(tx, id, batch);
  if (result?.contents) await dropContents(tx, result.contents);
  return result?.removed ?? 0;
}
