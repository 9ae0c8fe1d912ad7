import { ProblemError } from "../../../platform/http/problem.ts";
import { accessFile } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { accessTrash } from "../trash/access-trash.ts";
import { countedAtMost, countTree } from "./tree-totals.queries.ts";

export interface TreeTotals {
  files: number;
  folders: number;
  bytes: number;
  complete: boolean;
}

/** What a folder of this person holds, in all its depth. Throws not_found, not_a_folder. */
export async function folderTotals(deps: Pick<FilesDeps, "db">, userId: string, folderId: string): Promise<TreeTotals> {
  const folder = await accessFile(deps.db, userId, folderId, "see");
  if (folder.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; choose a folder.");
  return count(deps, "folder", folder.id, userId);
}

/** What the trash holds in all its depth, of this person or of a space that they manage. Throws not_found, forbidden. */
export async function trashTotals(deps: Pick<FilesDeps, "db">, userId: string, spaceId?: string): Promise<TreeTotals> {
  return count(deps, "trash", await accessTrash(deps.db, userId, spaceId, "empty"), userId);
}

async function count(
  deps: Pick<FilesDeps, "db">,
  tops: "folder" | "trash",
  id: string,
  principalId: string,
): Promise<TreeTotals> {
  const row = await countTree.of(tops).first(deps.db, id, principalId);
  const { files = 0, folders = 0, bytes = 0 } = row ?? {};
  return { files, folders, bytes, complete: files + folders <= countedAtMost };
}
