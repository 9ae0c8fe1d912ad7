import type { Queryable } from "../../platform/database/database.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { type AccessRow, type FileRow, findAccess, type Role } from "./access.queries.ts";

/**
 * What somebody wants of a file: `see` works in the trash too (one looks before one restores), `add` puts something into a folder, `change`
 * only on what is live, `restore` only on what was trashed itself, `delete` wherever it is.
 */
export type Intent = "see" | "add" | "change" | "restore" | "delete";

/** The least role that may. Design: people-and-teams (roles). */
const needed: Record<Intent, Role> = {
  ...{ see: "viewer", add: "uploader", change: "editor", restore: "editor", delete: "editor" },
};
const strength: Record<Role, number> = { viewer: 1, uploader: 2, editor: 3, manager: 4 };

/**
 * The one decision whether a person may do something with files and folders; every way to a byte or a row asks it, in TypeScript here or in
 * SQL by `holdfast.access_to`. Deny by default: what one has no role on is not in the answer, as what does not exist. The root folder is never
 * answered: nobody renames, trashes or reads it.
 * @returns the rows by their ids, of those that may be
 * @throws forbidden where one may see what is asked for, and not do this with it
 */
export async function accessFiles(
  db: Queryable,
  principalId: string,
  fileIds: readonly string[],
  intent: Intent,
): Promise<Map<string, FileRow>> {
  const rows = await findAccess.all(db, fileIds, principalId);
  return new Map(rows.filter((row) => isOpenTo(row, intent)).map((row) => [row.id, row]));
}

/** `accessFiles` for one. @throws not_found, forbidden */
export async function accessFile(db: Queryable, principalId: string, fileId: string, intent: Intent): Promise<FileRow> {
  const row = (await accessFiles(db, principalId, [fileId], intent)).get(fileId);
  if (!row) throw notFound();
  return row;
}

function isOpenTo(row: AccessRow, intent: Intent): boolean {
  if (row.standing === "gone") return false;
  if ((intent === "add" || intent === "change") && row.standing !== "live") return false;
  if (intent === "restore" && row.trashed_at === null) return false;
  if (strength[row.role] < strength[needed[intent]]) throw forbidden();
  return true;
}

function forbidden(): ProblemError {
  return new ProblemError("forbidden", "You can see this, and not change it. Ask whoever shared it with you for more.");
}

export interface Folder {
  id: string;
  /** Whose quota it takes. */
  spaceId: string;
}

/**
 * The folder to put something into: the root of the person's own space for null. Throws not_found, forbidden, or not_a_folder where the id
 * is a file's.
 */
export async function accessFolder(db: Queryable, principalId: string, folderId: string | null): Promise<Folder> {
  if (folderId === null || folderId === principalId) return { id: principalId, spaceId: principalId };
  const row = await accessFile(db, principalId, folderId, "add");
  if (row.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; choose a folder.");
  return { id: row.id, spaceId: row.space_id };
}

/**
 * Whether a folder is live and the principal has a role on it, as a condition for the statement that needs it. Whoever gets nothing asks
 * `accessFolder` for the reason. Parameters: placeholders of uuids.
 */
export function liveFolder(folderId: string, principalId: string): string {
  return `(select d.kind = 'folder' and holdfast.standing(d.id) = 'live'
    from holdfast.access_to(${principalId}, array[${folderId}]::uuid[]) a join holdfast.files d on d.id = a.file_id)`;
}
