import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { isNameTaken } from "../naming.ts";
import { restoreFile } from "./restore-file.ts";
import * as queries from "./trash.queries.ts";

/** Brings a file back under its name, or one beside it. False where it is in the trash no more. */
export async function takeFileFromTrash(
  deps: FilesDeps,
  origin: Origin,
  { userId, fileId }: { userId: string; fileId: string },
): Promise<boolean> {
  try {
    await restoreFile(deps, origin, { userId, fileId, onConflict: "rename" });
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.code === "not_found") return false;
    throw error;
  }
}

/**
 * Brings a folder back without what is in it: that stays in the trash, each entry by itself and for as long as the folder would have been
 * there. False where the folder is in the trash no more, or its name is taken.
 */
export async function takeFolderFromTrash(
  deps: FilesDeps,
  origin: Origin,
  { userId, folderId }: { userId: string; folderId: string },
): Promise<boolean> {
  const parentId = await deps.db
    .transaction(async (tx) => {
      const folder = await queries.lockTrashedFolder.first(tx, folderId, userId);
      if (!folder) return null;
      await queries.trashChildren.count(tx, folderId, folder.trashed_at);
      await queries.takeFromTrash.count(tx, folderId);
      await audit(tx, origin, { action: "file.restore", targetId: folderId, detail: { name: folder.name } });
      return folder.parent_id;
    })
    .catch((error: unknown) => {
      if (isNameTaken(error)) return null;
      throw error;
    });
  if (parentId === null) return false;
  folderChanged(deps.events, userId, parentId, folderId, "trash");
  return true;
}
