import type { File } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { accessFile, accessFolder, type FileRow } from "../access/index.ts";
import { revisionTag, toFile } from "./file-view.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { findView, moveFile } from "./files.queries.ts";
import { admitMove } from "./limits/depth.ts";
import { checkName } from "./names.ts";
import { withFreeName } from "./naming.ts";

export interface FileChange {
  userId: string;
  fileId: string;
  name?: string | undefined;
  /** undefined: stays where it is; null: to the root. */
  parentId?: string | null | undefined;
  onConflict: "fail" | "rename";
  /** `If-Match`: throws precondition_failed where the file's tag is another. */
  ifMatch?: string | undefined;
}

/** Renames, moves, or both. Throws not_found, not_a_folder, invalid_name, name_taken, invalid_move, too_deep, precondition_failed. */
export async function updateFile(deps: FilesDeps, origin: Origin, change: FileChange): Promise<File> {
  const file = await accessFile(deps.db, change.userId, change.fileId, "change");
  checkRevision(file, change.ifMatch);
  const name = change.name === undefined ? file.name : checkName(change.name);
  const from = file.parent_id as string;
  const parentId = change.parentId === undefined ? from : await findTarget(deps, file, change.userId, change.parentId);
  if (name === file.name && parentId === from) return toFile((await findView(deps.db, file.id))!);
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

async function findTarget(deps: FilesDeps, file: FileRow, userId: string, folderId: string | null): Promise<string> {
  const folder = await accessFolder(deps.db, userId, folderId);
  if (folder.spaceId === file.space_id) return folder.id;
  // What is charged, who may, and the versions inside would have to go along.
  throw new ProblemError("invalid_move", "This cannot be moved to somebody else's files. Copy it there instead.");
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
