import type { File, TrashedFile } from "@holdfast/contract";
import { ProblemError } from "../../../platform/http/problem.ts";
import { isId } from "../../../platform/ids.ts";
import { decodeCursor, invalidCursor, isTime } from "../../../platform/listing/cursor.ts";
import { type Page, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import { accessFile } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { type ListQuery, listFolder } from "../listing/list-files.ts";
import { accessTrash } from "./access-trash.ts";
import { listTrashed, type TrashSort } from "./trash.queries.ts";

export interface TrashQuery {
  spaceId?: string | undefined;
  sort: TrashSort;
  order: "asc" | "desc";
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
}

/** A page of what was thrown away in a space, without what is inside of it. Throws invalid_cursor, not_found, forbidden. */
export async function listTrash(deps: FilesDeps, userId: string, query: TrashQuery): Promise<Page<TrashedFile>> {
  const after = positionOf(query);
  const spaceId = await accessTrash(deps.db, userId, query.spaceId, "see");
  const rows = await listTrashed(deps.db, { ...query, spaceId, principalId: userId, limit: rowsFor(query), after });
  return pageOf(
    rows,
    query,
    (last) => [query.sort, query.order, last.sort_key, last.id],
    (row) => ({
      ...toFile(row),
      originalPath: row.original_path,
      trashedBy: row.trashed_by === null ? null : { id: row.trashed_by, name: row.trasher ?? "" },
      deletesAt: new Date((row.trashed_at as Date).getTime() + deps.trashDays * 86_400_000).toISOString(),
    }),
  );
}

function positionOf(query: TrashQuery): { key: string; id: string } | null {
  const keys = decodeCursor(query.cursor, ["string", "string", "string", "string"]);
  if (!keys) return null;
  const [sort, order, key, id] = keys;
  // A cursor of another sorting would answer a page that never existed; the same error as for garbage.
  if (sort !== query.sort || order !== query.order || !isId(id) || !isKey(query.sort, key)) throw invalidCursor();
  return { key, id };
}

function isKey(sort: TrashSort, key: string): boolean {
  if (sort === "size") return /^\d{1,18}$/.test(key);
  return sort === "name" || isTime(key);
}

/** A page of what a folder in the trash holds. Throws not_found, not_a_folder, invalid_cursor. */
export async function listTrashedFolder(
  deps: FilesDeps,
  userId: string,
  folderId: string,
  query: ListQuery,
): Promise<Page<File>> {
  const folder = await accessFile(deps.db, userId, folderId, "see");
  if (folder.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; choose a folder.");
  return listFolder(deps, folder.id, query, { principalId: userId });
}
