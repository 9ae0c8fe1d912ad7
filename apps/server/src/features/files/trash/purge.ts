import type { Tx } from "../../../platform/database/database.ts";
import { inBulkTurn } from "../../../platform/jobs/bulk-turns.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { dropContents } from "../../content/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import * as queries from "./purge.queries.ts";

type PurgeDeps = Pick<FilesDeps, "db">;

const batch = 500;
/** Folders that are emptied together. */
const together = 1000;

/**
 * Removes a purged file or folder with all that is inside, in batches of one transaction each. Folders go after what is in them, so a
 * run that was cut short is simply begun again.
 */
export async function purgeTree(deps: PurgeDeps, fileId: string, context: JobContext): Promise<void> {
  if (await queries.findMarked.first(deps.db, fileId)) await purgeGroup(deps, [fileId], context);
}

/** Removes whatever was deleted for good and is still there. */
export async function purgeMarked(deps: PurgeDeps, context: JobContext): Promise<void> {
  for (;;) {
    const rows = await queries.listMarked.all(deps.db, together);
    if (rows.length === 0) return;
    await purgeGroup(
      deps,
      rows.map(({ id }) => id),
      context,
    );
  }
}

/** Removes all that is in a space whose owner is gone, but for its root. */
export function purgeSpace(deps: PurgeDeps, spaceId: string, context: JobContext): Promise<void> {
  return purgeGroup(deps, [spaceId], context);
}

/**
 * Group by group, those inside first: a group is emptied of files, then some of the folders in it become the next group, until none is left and
 * it goes itself. In memory is one group for each level, however many folders there are.
 */
async function purgeGroup(deps: PurgeDeps, top: string[], context: JobContext): Promise<void> {
  const groups = [top];
  for (let group = groups.at(-1); group !== undefined; group = groups.at(-1)) {
    await removeAll(deps, "files in", group, context);
    // Folders below a purged one carry no mark of their own: they go because they were reached from it.
    const inside = await queries.listFolders.all(deps.db, group, together);
    if (inside.length > 0) {
      groups.push(inside.map(({ id }) => id));
      continue;
    }
    await removeAll(deps, "themselves", group, context);
    groups.pop();
  }
}

async function removeAll(
  { db }: PurgeDeps,
  which: "files in" | "themselves",
  ids: readonly string[],
  { signal }: JobContext,
): Promise<void> {
  for (let removed = batch; removed === batch; ) {
    signal.throwIfAborted();
    removed = await inBulkTurn(() => db.transaction((tx) => removeFiles(tx, which, ids)));
  }
}

/** Deletes up to a batch of rows with their versions, gives back what they used to their space, and drops contents that nobody else has. */
async function removeFiles(tx: Tx, which: "files in" | "themselves", ids: readonly string[]): Promise<number> {
  const result = await queries.removeFiles.of(which).first(tx, ids, batch);
  if (result?.contents) await dropContents(tx, result.contents);
  return result?.removed ?? 0;
}
