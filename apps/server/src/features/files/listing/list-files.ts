import type { File, FileDetail } from "@holdfast/contract";
import { isId } from "../../../platform/ids.ts";
import { decodeCursor, invalidCursor, isTime } from "../../../platform/listing/cursor.ts";
import { type Page, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import { accessFile, accessFolder } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { findView, listAncestors } from "../files.queries.ts";
import { type ListPosition, listChildren, type Sort } from "./list-children.queries.ts";
import type { TextRow } from "./text-rows.ts";

export interface ListQuery {
  parentId?: string | undefined;
  sort: Sort;
  order: "asc" | "desc";
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
}

/** A page of a folder's children, folders first. Throws not_found, not_a_folder, invalid_cursor. */
export async function listFiles(deps: FilesDeps, userId: string, query: ListQuery): Promise<Page<File>> {
  const page = await listFolder(deps, query.parentId ?? userId, query, { principalId: userId, judged: true });
  // What the folder's rows did not show to be allowed is judged by itself: an empty folder, a stranger's, none.
  if (page.items.length === 0) await accessFolder(deps.db, userId, query.parentId ?? null, "see");
  return page;
}

/** The same of a folder that the caller has access to already, or of one that is asked for in the same breath (`judged`). */
export async function listFolder(
  deps: Pick<FilesDeps, "db">,
  parentId: string,
  query: ListQuery,
  { principalId, judged = false }: { principalId: string; judged?: boolean },
): Promise<Page<File>> {
  const after = positionOf(query);
  const wanted = { ...query, parentId, after, limit: rowsFor(query), filter: query.q, principalId, judged };
  const rows = await listChildren(deps.db, wanted);
  return pageOf(
    rows,
    query,
    (last) => [query.sort, query.order, last.file.kind, keyOf(query.sort, last), last.file.id],
    ({ file }) => file,
  );
}

/** What this row is sorted by, as the cursor holds it. */
function keyOf(sort: Sort, { file, modified }: TextRow): string {
  return { name: file.name, size: String(file.fileSize), modified }[sort];
}

function positionOf(query: ListQuery): ListPosition | null {
  const keys = decodeCursor(query.cursor, ["string", "string", "string", "string", "string"]);
  if (!keys) return null;
  const [sort, order, kind, key, id] = keys;
  const fits =
    sort === query.sort &&
    order === query.order &&
    (kind === "file" || kind === "folder") &&
    isId(id) &&
    isKey(query.sort, key);
  // A cursor of another sorting would answer a page that never existed; the same error as for garbage.
  if (!fits) throw invalidCursor();
  return { kind: kind as "file" | "folder", key, id };
}

function isKey(sort: Sort, key: string): boolean {
  if (sort === "size") return /^\d{1,18}$/.test(key);
  if (sort === "modified") return isTime(key);
  return true;
}

/** A file or folder with its path. */
export async function getFile(deps: FilesDeps, userId: string, fileId: string): Promise<FileDetail> {
  const row = await accessFile(deps.db, userId, fileId, "see");
  const [view, ancestors] = await Promise.all([findView(deps.db, row.id), listAncestors.all(deps.db, row.id, userId)]);
  const path = [...ancestors.map((ancestor) => ancestor.name), row.name].join("/");
  return { ...toFile(view!), filePath: `/${path}`, ancestors };
}
