import { z } from "zod";
import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import { accessFile, checkWhole } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { checkRevision } from "../update-file.ts";
import { accessTrash } from "./access-trash.ts";
import * as queries from "./trash.queries.ts";

/** Removes what was deleted for good, with all that lies inside. */
export const purgeJob = defineJob({
  name: "files.purge",
  changesData: true,
  payload: z.object({ fileId: z.uuid() }),
  expireInSeconds: 3600,
});

/** Removes everything that was deleted for good and is still there: many things at once need only one of these. */
export const purgeMarkedJob = defineJob({
  name: "files.purge-marked",
  changesData: true,
  payload: z.object({}),
  cron: "33 * * * *",
  expireInSeconds: 3600,
});

/** Moves a file or folder to the trash. What is there already stays as it is. */
export async function trashFile(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  ifMatch?: string,
): Promise<void> {
  const file = await accessFile(deps.db, userId, fileId, "delete");
  checkRevision(file, ifMatch);
  await checkWhole(deps.db, userId, file);
  const changed = await deps.db.transaction(async (tx) => {
    if ((await queries.trashFile.count(tx, file.id, userId)) === 0) return false;
    await audit(tx, origin, { action: "file.trash", targetId: file.id, detail: { name: file.name } });
    return true;
  });
  if (changed) folderChanged(deps.events, { spaceId: file.space_id, userId }, file.parent_id, "trash");
}

/** Deletes for good: gone for everybody at once, its bytes and rows removed by a job. */
export async function purgeFile(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  ifMatch?: string,
): Promise<void> {
  const file = await accessFile(deps.db, userId, fileId, "delete");
  checkRevision(file, ifMatch);
  await checkWhole(deps.db, userId, file);
  await deps.db.transaction(async (tx) => {
    if ((await queries.markPurged.count(tx, file.id)) === 0) return;
    await audit(tx, origin, { action: "file.delete", targetId: file.id, detail: { name: file.name } });
    await deps.jobs.enqueue(tx, purgeJob, { fileId: file.id });
  });
  folderChanged(deps.events, { spaceId: file.space_id, userId }, file.parent_id, "trash");
}

/** Marks what a request leaves of a trash with very much in it. */
export const emptyTrashJob = defineJob({
  name: "files.empty-trash",
  changesData: true,
  payload: z.object({ spaceId: z.uuid(), before: z.iso.datetime() }),
});

const emptiedAtOnce = 10_000;

/**
 * Deletes everything in the trash of a space for good: what is more than a request should wait for goes a moment later. One's own, or that of
 * a space that one manages. @throws ProblemError not_found, forbidden
 */
export async function emptyTrash(deps: FilesDeps, origin: Origin, userId: string, ofSpace?: string): Promise<void> {
  const spaceId = await accessTrash(deps.db, userId, ofSpace, "empty");
  await deps.db.transaction(async (tx) => {
    const { now: before } = (await queries.now.first(tx))!;
    const count = await queries.emptyTrash.count(tx, spaceId, before, emptiedAtOnce);
    if (count === 0) return;
    await audit(tx, origin, {
      action: "trash.empty",
      targetId: spaceId === userId ? null : spaceId,
      detail: { count },
    });
    if (count < emptiedAtOnce) await deps.jobs.enqueue(tx, purgeMarkedJob, {});
    else await deps.jobs.enqueue(tx, emptyTrashJob, { spaceId, before: before.toISOString() });
  });
  folderChanged(deps.events, userId, "trash");
}

/** The rest of `emptyTrash`. */
export async function emptyRest(
  deps: FilesDeps,
  { spaceId, before }: { spaceId: string; before: string },
  { signal }: JobContext,
): Promise<void> {
  for (let marked = emptiedAtOnce; marked === emptiedAtOnce; ) {
    signal.throwIfAborted();
    marked = await queries.emptyTrash.count(deps.db, spaceId, new Date(before), emptiedAtOnce);
    folderChanged(deps.events, spaceId, "trash");
  }
  await deps.jobs.enqueue(deps.db, purgeMarkedJob, {});
}

/** Moves many things to the trash in one statement. Returns the ids of those that were moved; the rest were no live things of this person. */
export async function trashFiles(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileIds: readonly string[],
): Promise<Set<string>> {
  const rows = await deps.db.transaction(async (tx) => {
    const moved = await queries.trashFiles.all(tx, fileIds, userId);
    for (const { id, name } of moved) await audit(tx, origin, { action: "file.trash", targetId: id, detail: { name } });
    return moved;
  });
  for (const spaceId of new Set(rows.map((row) => row.space_id))) {
    const folders = rows.filter((row) => row.space_id === spaceId).map((row) => row.parent_id);
    folderChanged(deps.events, { spaceId, userId }, ...folders, "trash");
  }
  return new Set(rows.map((row) => row.id));
}
