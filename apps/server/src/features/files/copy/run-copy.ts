import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { inBulkTurn } from "../../../platform/jobs/bulk-turns.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { keepFailure } from "../../../platform/jobs/keep-failure.ts";
import { accessFile, accessFolder } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { admitLevels, lockPlace, maxDepth } from "../limits/depth.ts";
import { withFreeName } from "../naming.ts";
import { chargeUsage, checkCharge } from "../usage.ts";
import * as states from "./copy-states.queries.ts";
import { type CopyRow, completeCopy, findCopy, giveUpCopy, lockCopy } from "./copy-states.ts";
import { copyJob } from "./large-copies.ts";
import * as queries from "./run-copy.queries.ts";

/** Entries of one transaction. */
const batch = 500;

/**
 * Makes a large copy, a batch in each transaction; begun again after a kill it continues where it stood. Nobody sees any of it before all of it is
 * there. What is changed in the original meanwhile may be in the copy or not, as with any copy that takes its time.
 */
export function runCopy(deps: FilesDeps, id: string, context: JobContext): Promise<void> {
  const work = async () => {
    await measure(deps, id);
    for (let more = true; more; ) {
      context.signal.throwIfAborted();
      more = await inBulkTurn(() => deps.db.transaction((tx) => copyBatch(deps, tx, id)));
      const row = await findCopy.first(deps.db, id);
      if (row) deps.events.publish(row.user_id, { type: "copies.changed", id });
    }
    await complete(deps, id);
  };
  return keepFailure(context, work, (error) => fail(deps, id, error));
}

/** Refuses at once what cannot end. */
async function measure(deps: FilesDeps, id: string): Promise<void> {
  const row = await findCopy.first(deps.db, id);
  if (row?.status !== "running" || row.levels !== null) return;
  const {
    entries = 0,
    folders = 0,
    levels = 0,
    bytes = 0,
  } = (await queries.measure.first(deps.db, row.file_id, row.user_id, maxDepth)) ?? {};
  await deps.db.transaction(async (tx) => {
    if (!(await lockCopy.first(tx, id))) return;
    await admitLevels(tx, row.parent_id, levels);
    const hidden = await queries.hiddenSpace.first(tx, id);
    if (!hidden) throw notFound();
    // Not charged: each batch is charged by itself.
    await checkCharge(tx, deps, hidden.space_id, {
      ...{ bytes, entries: entries - 1, folders: folders - 1, by: row.user_id },
    });
    await states.setMeasure.count(tx, id, levels, entries);
  });
}

/** @returns whether there may be more to do */
async function copyBatch(deps: FilesDeps, tx: Tx, id: string): Promise<boolean> {
  const row = await lockCopy.first(tx, id);
  if (!row) return false;
  await deps.room.check();
  await accessFile(tx, row.user_id, row.file_id, "copy");
  const made = await queries.copyBatch.first(tx, id, row.user_id, batch);
  const { entries = 0, folders = 0, bytes = 0, more = false } = made ?? {};
  const hidden = await queries.hiddenSpace.first(tx, id);
  if (!hidden) throw notFound();
  await chargeUsage(tx, deps, hidden.space_id, { bytes, entries, folders, by: row.user_id });
  await states.addDone.count(tx, id, entries);
  return more;
}

async function complete(deps: FilesDeps, id: string): Promise<void> {
  const row = await findCopy.first(deps.db, id);
  if (row?.status !== "running") return;
  const { user_id: userId, parent_id: parentId, name, on_conflict: onConflict } = row;
  const spaceId = await withFreeName(deps.db, { parentId, name, onConflict }, (freeName) =>
    deps.db.transaction((tx) => reveal(deps, tx, id, freeName)),
  );
  if (spaceId !== null) folderChanged(deps.events, { spaceId, userId }, parentId);
  deps.events.publish(userId, { type: "copies.changed", id });
}

async function reveal(deps: FilesDeps, tx: Tx, id: string, name: string): Promise<string | null> {
  const row = await lockCopy.first(tx, id);
  if (!row) return null;
  const folder = await accessFolder(tx, row.user_id, row.parent_id);
  // The folder that it was meant for may have moved to another's files since.
  if ((await queries.hiddenSpace.first(tx, id))?.space_id !== folder.spaceId) throw notFound();
  await lockPlace(tx, folder.spaceId, id, row.parent_id);
  await admitLevels(tx, row.parent_id, row.levels ?? 1);
  await queries.reveal.count(tx, id, row.parent_id, name);
  await audit(tx, originOf(row), { action: "file.copy", targetId: id, detail: { from: row.file_id } });
  await completeCopy(tx, id);
  return folder.spaceId;
}

const originOf = (row: CopyRow) => ({ actorId: row.user_id, ip: row.ip, requestId: row.request_id });

async function fail(deps: FilesDeps, id: string, error: unknown): Promise<void> {
  const known = error instanceof ProblemError ? error : null;
  const code = known?.code ?? "internal";
  const detail =
    known?.code === "not_found"
      ? "What was copied, or the folder that it was meant for, was deleted while it was copied."
      : (known?.message ?? "Something went wrong on the server. Try to copy it again.");
  const row = await deps.db.transaction(async (tx) => {
    const running = await lockCopy.first(tx, id);
    if (running) await giveUpCopy(deps, tx, id, { code, detail });
    return running;
  });
  if (row) deps.events.publish(row.user_id, { type: "copies.changed", id });
}

/** Takes up copies whose job is gone, discards what no job will complete, and forgets those that ended a week ago. */
export async function sweepCopies(deps: FilesDeps): Promise<void> {
  for (const { id } of await states.listLeftOver.all(deps.db)) {
    await deps.jobs.enqueue(deps.db, copyJob, { copyId: id }, { singletonKey: id });
  }
  await queries.discardOrphans.count(deps.db);
  await states.deleteEnded.count(deps.db);
}
