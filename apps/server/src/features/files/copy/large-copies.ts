import type { Copy } from "@holdfast/contract";
import { z } from "zod";
import type { Tx } from "../../../platform/database/database.ts";
import { tooManyAtOnce } from "../../../platform/http/at-once.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { defineJob } from "../../../platform/jobs/job.ts";
import type { FilesDeps } from "../files.deps.ts";
import { escapeLike, listNamesLike } from "../files.queries.ts";
import { nameTaken } from "../naming.ts";
import * as queries from "./copy-states.queries.ts";
import { giveUpCopy, toCopy } from "./copy-states.ts";
import { insertHidden } from "./run-copy.queries.ts";

export const copyJob = defineJob({
  name: "files.copy",
  changesData: true,
  payload: z.object({ copyId: z.uuid() }),
  expireInSeconds: 6 * 3600,
  concurrency: 2,
});

/** Large copies of one user that are under way. */
const runningAtOnce = 3;

interface NewCopy {
  userId: string;
  fileId: string;
  parentId: string;
  name: string;
  onConflict: "fail" | "rename";
}

/** Leaves a copy to a job: its row, its folder and the job are there together. Throws too_many_at_once, name_taken. */
export async function beginCopy(deps: FilesDeps, tx: Tx, origin: Origin, wanted: NewCopy): Promise<Copy> {
  const { userId, fileId, parentId, name, onConflict } = wanted;
  await queries.lockUser.count(tx, userId);
  const { running = 0 } = (await queries.countRunning.first(tx, userId)) ?? {};
  if (running >= runningAtOnce) throw tooManyAtOnce("large copies", runningAtOnce, 30);
  // Otherwise it would be known at the end alone.
  if (onConflict === "fail" && (await listNamesLike.first(tx, parentId, escapeLike(name)))) throw nameTaken(name);
  const id = newId();
  const row = await queries.insert.first(
    tx,
    id,
    userId,
    fileId,
    parentId,
    name,
    onConflict,
    origin.ip,
    origin.requestId,
  );
  await insertHidden.count(tx, id, userId, parentId, name, fileId);
  await deps.jobs.enqueue(tx, copyJob, { copyId: id });
  deps.events.publish(userId, { type: "copies.changed", id });
  return toCopy(row!);
}

/** The user's large copies: those that run first, then those that ended in the last week. */
export async function listCopies(deps: FilesDeps, userId: string): Promise<Copy[]> {
  return (await queries.list.all(deps.db, userId)).map(toCopy);
}

/** Throws not_found. */
export async function getCopy(deps: FilesDeps, userId: string, id: string): Promise<Copy> {
  const row = await queries.find.first(deps.db, id);
  if (row?.user_id !== userId) throw notFound();
  return toCopy(row);
}

/** Stops a copy that is running, and removes what it has made; one that has ended stays as it is. Throws not_found. */
export async function cancelCopy(deps: FilesDeps, userId: string, id: string): Promise<void> {
  await getCopy(deps, userId, id);
  await deps.db.transaction(async (tx) => {
    if (!(await queries.lock.first(tx, id))) return;
    await giveUpCopy(deps, tx, id, { code: null, detail: null });
  });
  deps.events.publish(userId, { type: "copies.changed", id });
}
