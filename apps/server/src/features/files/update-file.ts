import type { File } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { accessFile, accessFolder, checkWhole, type FileRow, type Folder } from "../access/index.ts";
import { revisionTag, toFile } from "./file-view.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { findView, moveFile } from "./files.queries.ts";
import { admitMove } from "./limits/depth.ts";
import { checkKeptGrants, moveBetweenSpaces } from "./move/move-between-spaces.ts";
import { checkName } from "./names.ts";
import { withFreeName } from "./naming.ts";

export interface FileChange {
  userId: string;
  fileId: string;
  name?: string | undefined;
  /** undefined: stays where it is; null: to the root. */
  parentId?: string | null | undefined;
  onConflict: "fail" | "rename";
  /** Into another space: the grants on it stay. */
  keepGrants?: boolean | undefined;
  /** `If-Match`: throws precondition_failed where the file's tag is another. */
  ifMatch?: string | undefined;
}

/**
 * Renames, moves, or both. Throws not_found, not_a_folder, invalid_name, name_taken, invalid_move, too_deep, precondition_failed,
 * contains_restricted; into another space too_large, quota_exceeded, too_many_entries.
 */
export async function updateFile(deps: FilesDeps, origin: Origin, change: FileChange): Promise<File> {
  const file = await accessFile(deps.db, change.userId, change.fileId, "change");
  checkRevision(file, change.ifMatch);
  const name = change.name === undefined ? file.name : checkName(change.name);
  const from = file.parent_id as string;
  const folder = change.parentId === undefined ? null : await accessFolder(deps.db, change.userId, change.parentId);
  const parentId = folder?.id ?? from;
  if (folder && folder.spaceId !== file.space_id) return moveToSpace(deps, origin, change, { file, folder, name });
  if (name === file.name && parentId === from) return toFile((await findView(deps.db, file.id))!);
  if (parentId !== from) await checkWhole(deps.db, change.userId, file);
  const updated = await withFreeName(deps.db, { parentId, name, onConflict: change.onConflict }, (freeName) =>
    deps.db.transaction(async (tx) => {
      if (parentId !== from && file.kind === "folder") await admitMove(tx, file.space_id, file.id, parentId);
      const revision = change.ifMatch ? file.revision : null;
      if ((await moveFile.count(tx, file.id, freeName, parentId, revision)) === 0)
        throw change.ifMatch ? preconditionFailed() : notFound();
      await audit(tx, origin, {
        action: parentId === from ? "file.rename" : "file.move",
        targetId: file.id,
        detail: {
          from: file.name,
          to: freeName,
          ...(parentId === from ? {} : { fromParentId: from, toParentId: parentId }),
        },
      });
      return toFile((await findView(tx, file.id))!);
    }),
  );
  folderChanged(deps.events, { spaceId: file.space_id, userId: change.userId }, from, parentId);
  return updated;
}

async function moveToSpace(
  deps: FilesDeps,
  origin: Origin,
  { userId, ifMatch, onConflict, keepGrants = false }: FileChange,
  { file, folder, name }: { file: FileRow; folder: Folder; name: string },
): Promise<File> {
  checkKeptGrants(folder, keepGrants);
  const [from, fromSpaceId, parentId] = [file.parent_id as string, file.space_id, folder.id];
  const moved = await withFreeName(deps.db, { parentId, name, onConflict }, (freeName) =>
    deps.db.transaction(async (tx) => {
      const move = { userId, file, folder, name: freeName, keepGrants };
      const { entries, bytes } = await moveBetweenSpaces(deps, tx, move, (now) => checkRevision(now, ifMatch));
      await audit(tx, origin, {
        ...{ action: "file.move", targetId: file.id, bytes },
        detail: {
          ...{ from: file.name, to: freeName, fromParentId: from, toParentId: parentId },
          ...{ fromSpaceId, toSpaceId: folder.spaceId, entries },
        },
      });
      return toFile((await findView(tx, file.id))!);
    }),
  );
  folderChanged(deps.events, { spaceId: fromSpaceId, userId }, from);
  folderChanged(deps.events, { spaceId: folder.spaceId, userId }, parentId);
  return moved;
}

export function checkRevision(file: FileRow, ifMatch: string | undefined): void {
  if (!ifMatch || ifMatch === "*") return;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (!tags.includes(revisionTag(file.revision))) throw preconditionFailed();
}

function preconditionFailed(): ProblemError {
  return new ProblemError(
    "precondition_failed",
    "Somebody changed this meanwhile. Load it again, then repeat your change.",
  );
}
