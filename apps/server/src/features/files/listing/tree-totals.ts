import { execute } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { accessFile } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";

export interface TreeTotals {
  files: number;
  folders: number;
  bytes: number;
  complete: boolean;
}

/** So many entries are counted, so that a question costs the same of however large a tree. */
const countedAtMost = 100_000;

/** What a folder of this person holds, in all its depth. Throws not_found, not_a_folder. */
export async function folderTotals(deps: Pick<FilesDeps, "db">, userId: string, folderId: string): Promise<TreeTotals> {
  const folder = await accessFile(deps.db, userId, folderId, "see");
  if (folder.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; choose a folder.");
  return count(deps, "f.parent_id = $1 and f.trashed_at is null", folder.id);
}

/** What this person's trash holds, in all its depth. */
export function trashTotals(deps: Pick<FilesDeps, "db">, userId: string): Promise<TreeTotals> {
  return count(deps, "f.user_id = $1 and f.trashed_at is not null", userId);
}

async function count(deps: Pick<FilesDeps, "db">, tops: string, id: string): Promise<TreeTotals> {
  const [row] = await execute<{ files: number; folders: number; bytes: number }>(
    deps.db,
    `with recursive tree as (
       select f.id, f.kind, f.file_size from holdfast.files f where ${tops} and f.purged_at is null
       union all
       select c.id, c.kind, c.file_size from tree join holdfast.files c on c.parent_id = tree.id
       where tree.kind = 'folder' and c.trashed_at is null and c.purged_at is null
     ), counted as (select kind, file_size from tree limit ${countedAtMost + 1})
     select (count(*) filter (where kind = 'file'))::int as files, (count(*) filter (where kind = 'folder'))::int as folders,
       coalesce(sum(file_size), 0)::bigint as bytes from counted`,
    [id],
  );
  const { files = 0, folders = 0, bytes = 0 } = row ?? {};
  return { files, folders, bytes, complete: files + folders <= countedAtMost };
}
