import type { Queryable } from "../../platform/database/database.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { type FileRow, findFile } from "./access.queries.ts";

/**
 * What somebody wants of a file: `see` works in the trash too (one looks before one restores), `change` only on what is live,
 * `restore` only on what was trashed itself.
 */
export type Intent = "see" | "change" | "restore";

/**
 * The one decision whether a person may do something with a file or folder; every way to a byte or a row asks it. Deny by
 * default: the answer to what belongs to others is that of what does not exist. The root folder is never answered: nobody renames,
 * trashes or reads it.
 */
export async function accessFile(db: Queryable, userId: string, fileId: string, intent: Intent): Promise<FileRow> {
  const row = await findFile.first(db, fileId, userId);
  if (!row || row.standing === "gone") throw notFound();
  if (intent === "change" && row.standing !== "live") throw notFound();
  if (intent === "restore" && row.trashed_at === null) throw notFound();
  return row;
}

/**
 * The folder to put something into: the person's root for null. Throws not_found, or not_a_folder where the id is a file's.
 */
export async function accessFolder(db: Queryable, userId: string, folderId: string | null): Promise<string> {
  if (folderId === null || folderId === userId) return userId;
  const row = await accessFile(db, userId, folderId, "change");
  if (row.kind !== "folder") throw new ProblemError("not_a_folder", "This is a file; choose a folder.");
  return row.id;
}

/**
 * The same decision as `accessFolder` makes, as a condition for the statement that needs it: true of a live folder of this person.
 * Whoever gets nothing asks `accessFolder` for the reason. Parameters: placeholders of uuids.
 */
export function liveFolder(folderId: string, userId: string): string {
  return `(select d.kind = 'folder' and holdfast.standing(d.id) = 'live' from holdfast.files d where d.id = ${folderId} and d.user_id = ${userId})`;
}
