import type { File, FileDetail } from "@holdfast/contract";
import { notFound } from "../../../platform/http/problem.ts";
import { isId } from "../../../platform/ids.ts";
import { decodeCursor, invalidCursor, isTime } from "../../../platform/listing/cursor.ts";
import { type Page, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import { type AccessRow, access, accessFile, accessFolder } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { escapeLike, findView, listAncestors } from "../files.queries.ts";
import { findNamedTo, findOwner } from "./asker-roles.queries.ts";
import { addRoles } from "./asker-roles.ts";
import { selectBrought } from "./list-brought.queries.ts";
import { type ListPosition, listChildren, type Sort } from "./list-children.queries.ts";
import { type TextRow, textToFile } from "./text-rows.ts";

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
  if (page.items.length === 0) return listWithoutRows(deps, userId, query);
  await addRoles(deps.db, userId, query.parentId ?? userId, page.items);
  return page;
}

/** An empty folder, or one to which somebody adds and sees there what they brought. Throws not_found, forbidden, not_a_folder. */
async function listWithoutRows(deps: FilesDeps, userId: string, query: ListQuery): Promise<Page<File>> {
  const folder = await accessFolder(deps.db, userId, query.parentId ?? null, "list");
  if (folder.role !== "uploader") return { items: [], nextCursor: null };
  const after = positionOf(query);
  const rows = await selectBrought
    .of(query)
    .all(
      deps.db,
      ...([folder.id, userId, rowsFor(query), query.q ? `%${escapeLike(query.q)}%` : null] as const),
      ...([after?.kind ?? null, after?.key ?? null, after?.id ?? null] as const),
    );
  const page = pageOfRows(
    rows.map(([text]) => textToFile(text, folder.id)),
    query,
  );
  await addRoles(deps.db, userId, folder.id, page.items);
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
  return pageOfRows(rows, query);
}

function pageOfRows(rows: TextRow[], query: ListQuery): Page<File> {
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
  const row = await accessDetail(deps, userId, fileId);
  const [view, ancestors, owner] = await Promise.all([
    findView(deps.db, row.id),
    listAncestors.all(deps.db, row.id, userId),
    findOwner.first(deps.db, row.id),
  ]);
  const path = [...ancestors.map((ancestor) => ancestor.name), row.name].join("/");
  const { kind, id, name } = owner!;
  const file = toFile(view!);
  if (row.parent_id === null) {
    // Where somebody's own files begin is nothing that one asks for.
    if (kind !== "team") throw notFound();
    file.name = name;
  }
  return {
    ...{ ...file, filePath: `/${path}`, ancestors, role: row.role },
    owner: { kind: kind === "team" ? "team" : "user", id, name },
  };
}

/** Who adds to a folder that was given to them, or that they made, knows what it is called. */
async function accessDetail({ db }: FilesDeps, userId: string, fileId: string): Promise<AccessRow> {
  const row = (await access(db, userId, [fileId])).get(fileId);
  const adds = row?.role === "uploader" && row.standing === "live" && row.parent_id !== null;
  if (row && adds && (await findNamedTo.first(db, fileId, userId))?.named) return row;
  // A team's root, by the name of the team.
  if (row?.parent_id === null && row.space_id !== userId && row.standing === "live") return row;
  return accessFile(db, userId, fileId, "see");
}
