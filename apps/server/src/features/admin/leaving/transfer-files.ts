import type { Transfer } from "@holdfast/contract";
import { z } from "zod";
import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { inBulkTurn } from "../../../platform/jobs/bulk-turns.ts";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import { keepFailure } from "../../../platform/jobs/keep-failure.ts";
import { accessFolder } from "../../access/index.ts";
import { findUser } from "../../auth/index.ts";
import { createFolder, type FilesDeps, makeFolderOf, moveNext } from "../../files/index.ts";
import * as queries from "./leaving.queries.ts";
import { toTransfer } from "./leaving.ts";

export const transferJob = defineJob({
  name: "admin.transfer-files",
  changesData: true,
  payload: z.object({ transferId: z.uuid() }),
  expireInSeconds: 6 * 3600,
});

type Deps = FilesDeps;

const ownAtOnce = 10_000;

/** Into a folder "From <name>" at the top of the space. Nobody's role is asked: an administrator decides. Throws not_found, invalid_move, busy. */
export async function beginTransfer(
  deps: Deps,
  origin: Origin,
  { userId, toSpaceId }: { userId: string; toSpaceId: string },
): Promise<Transfer> {
  const user = await findUser(deps.db, userId);
  if (!user || !(await queries.findSpaceOf.first(deps.db, toSpaceId))) throw notFound();
  if (toSpaceId === userId)
    throw new ProblemError("invalid_move", "These are this user's files already. Choose another.");
  await deps.room.check();
  return makeFolderOf(
    deps,
    { spaceId: toSpaceId, broughtBy: userId, name: folderNameOf(user) },
    async (tx, folderId) => {
      const { actorId, ip, requestId } = origin;
      const row = await queries.insertTransfer.first(tx, newId(), userId, folderId, actorId, ip, requestId);
      if (!row) throw new ProblemError("busy", "The files of this user are being moved already.");
      await audit(tx, origin, { action: "user.transfer", targetId: userId, detail: { toSpaceId, folderId } });
      await deps.jobs.enqueue(tx, transferJob, { transferId: row.id });
      return toTransfer(row);
    },
  );
}

/**
 * The own files of who leaves, into a folder that they may add to: a team's, or one that somebody shares with them. All of them before the
 * answer, or none where they are too many. Throws too_large, not_found, forbidden, quota_exceeded.
 */
export async function transferOwn(
  deps: Deps,
  origin: Origin,
  { userId, folderId }: { userId: string; folderId: string },
): Promise<void> {
  const user = await findUser(deps.db, userId);
  const { files = 0 } = (await queries.findEnds.first(deps.db, userId, deps.clock.now())) ?? {};
  if (!user) throw notFound();
  if (files > ownAtOnce)
    throw new ProblemError(
      "too_large",
      `You have ${files} files and folders, and at most ${ownAtOnce} move with the account. Ask an administrator to transfer them.`,
    );
  const into = await accessFolder(deps.db, userId, folderId);
  if (into.spaceId === userId)
    throw new ProblemError("invalid_move", "These are your own files. Choose another's folder.");
  const name = folderNameOf(user);
  const { id } = await createFolder(deps, origin, { userId, parentId: into.id, name, onConflict: "rename" });
  while ((await moveNext(deps, origin, { spaceId: userId, folderId: id, userId })) > 0);
}

function folderNameOf({ displayName, email }: { displayName: string | null; email: string }): string {
  return `From ${(displayName ?? email).replace(/[/\\\p{Cc}]/gu, "_")}`;
}

/** One of the topmost files and folders in each transaction; begun again after a kill it continues with what is left. */
export function runTransfer(deps: Deps, id: string, context: JobContext): Promise<void> {
  const work = async () => {
    const row = await queries.findTransfer.first(deps.db, id);
    if (row?.status !== "running") return;
    const origin = { actorId: row.asked_by, ip: row.ip, requestId: row.request_id };
    for (;;) {
      context.signal.throwIfAborted();
      const move = { spaceId: row.user_id, folderId: row.folder_id };
      const entries = await inBulkTurn(() => moveNext(deps, origin, move));
      if (entries === 0) break;
      await queries.addTransferred.count(deps.db, id, entries);
    }
    await queries.endTransfer.count(deps.db, id, "completed", null, null);
  };
  return keepFailure(context, work, async (error) => {
    const known = error instanceof ProblemError ? error : null;
    const detail = known?.message ?? "Something went wrong on the server. Transfer the rest again.";
    await queries.endTransfer.count(deps.db, id, "failed", known?.code ?? "internal", detail);
  });
}
