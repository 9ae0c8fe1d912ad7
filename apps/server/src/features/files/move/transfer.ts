import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { accessFolder, roleAllows } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { insertFolder } from "../files.queries.ts";
import { admitLevels } from "../limits/depth.ts";
import { withFreeName } from "../naming.ts";
import { chargeUsage } from "../usage.ts";
import { moveBetweenSpaces } from "./move-between-spaces.ts";
import { findFolderSpace, findNext } from "./transfer.queries.ts";

/** Files and folders in one of the topmost folders of a space that is transferred: they move in one transaction, in a job. */
const transferredAtOnce = 500_000;

/** A folder at the top of a space by its owner's or an administrator's decision, with what `work` does in the same transaction. */
export function makeFolderOf<Result>(
  deps: FilesDeps,
  { spaceId, broughtBy, name }: { spaceId: string; broughtBy: string; name: string },
  work: (tx: Tx, folderId: string) => Promise<Result>,
): Promise<Result> {
  return withFreeName(deps.db, { parentId: spaceId, name, onConflict: "rename" }, (freeName) =>
    deps.db.transaction(async (tx) => {
      const id = newId();
      await admitLevels(tx, spaceId, 1);
      await insertFolder.count(tx, id, broughtBy, spaceId, freeName);
      await chargeUsage(tx, deps, spaceId, { bytes: 0, entries: 1, folders: 1 });
      return work(tx, id);
    }),
  );
}

/**
 * Moves the next of the topmost live files and folders of a personal space into a folder of another, with its grants where whoever decides
 * manages that folder, and with its links where it is a user's. Null for `userId`: an administrator decides, and nobody's role is asked.
 * @returns how many files and folders that were; 0: none is left
 */
export async function moveNext(
  deps: FilesDeps,
  origin: Origin,
  { spaceId, folderId, userId = null }: { spaceId: string; folderId: string; userId?: string | null },
): Promise<number> {
  const file = await findNext.first(deps.db, spaceId);
  if (!file) return 0;
  const target = await findFolderSpace.first(deps.db, folderId);
  if (!target) throw notFound();
  const folder =
    userId === null
      ? { id: folderId, spaceId: target.space_id, role: "manager" as const }
      : await accessFolder(deps.db, userId, folderId);
  const keepGrants = roleAllows(folder.role, "share");
  const heirId = userId === null && target.personal ? target.space_id : null;
  const moved = await withFreeName(deps.db, { parentId: folderId, name: file.name, onConflict: "rename" }, (name) =>
    deps.db.transaction(async (tx) => {
      const move = { userId, file, folder, name, keepGrants, heirId, atMost: transferredAtOnce };
      const { entries, bytes } = await moveBetweenSpaces(deps, tx, move);
      const detail = { from: file.name, to: name, fromSpaceId: spaceId, toSpaceId: target.space_id, entries };
      await audit(tx, origin, { action: "file.move", targetId: file.id, bytes, detail });
      return entries;
    }),
  );
  folderChanged(deps.events, spaceId, spaceId);
  folderChanged(deps.events, target.space_id, folderId);
  return moved;
}
