import type { Queryable } from "../../platform/database/database.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { type AccessRow, findAccess, findRestricted } from "./access.queries.ts";
import { type Intent, judge, roleMay } from "./intents.ts";

/**
 * The one decision whether a person may do something with files and folders; every way to a byte or a row asks it, in TypeScript here or in
 * SQL by `holdfast.access_to`, and `intents.ts` says what a role may. Deny by default: what one has no role on is not in the answer, as what
 * does not exist.
 * @returns by their ids, those that the principal has a role on, with role and standing
 */
export async function access(
  db: Queryable,
  principalId: string,
  fileIds: readonly string[],
): Promise<Map<string, AccessRow>> {
  const rows = await findAccess.all(db, fileIds, principalId);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * These files and folders, in their order, of which the principal may do it with each. A root folder is never among them: nobody renames,
 * trashes or reads it.
 * @throws not_found, and forbidden for what may be seen and not be done
 */
export async function accessFiles(
  db: Queryable,
  principalId: string,
  fileIds: readonly string[],
  intent: Intent,
): Promise<AccessRow[]> {
  const found = await access(db, principalId, fileIds);
  return fileIds.map((id) => {
    const row = found.get(id);
    if (!row || row.parent_id === null) throw notFound();
    return allowed(row, intent);
  });
}

/** `accessFiles` for one. */
export async function accessFile(
  db: Queryable,
  principalId: string,
  fileId: string,
  intent: Intent,
): Promise<AccessRow> {
  const [row] = await accessFiles(db, principalId, [fileId], intent);
  return row as AccessRow;
}

/** A file, a folder or a space's root, live or in the trash, that the principal may see. @throws not_found, forbidden */
export async function accessSeen(db: Queryable, principalId: string, fileId: string): Promise<AccessRow> {
  const row = (await access(db, principalId, [fileId])).get(fileId);
  if (!row) throw notFound();
  return allowed(row, "see");
}

function allowed(row: AccessRow, intent: Intent): AccessRow {
  const verdict = judge(row, intent);
  if (verdict === "unseen") throw notFound();
  if (verdict === "may not") throw forbidden(row, intent);
  return row;
}

function forbidden({ role }: AccessRow, intent: Intent): ProblemError {
  const may =
    { uploader: "add files here", viewer: "see this", contributor: "see this and add files" }[role as string] ??
    "change this";
  const mayNot = { see: "see what is here", copy: "copy it", share: "share it" }[intent as string] ?? "change it";
  return new ProblemError("forbidden", `You can ${may}, but not ${mayNot}. Ask whoever shared it with you for more.`);
}

/**
 * What takes a folder away (into the trash, to another place, for good) takes along all that is in it.
 * @throws contains_restricted where something in it stops inheritance and is not the principal's to take away
 */
export async function checkWhole(
  db: Queryable,
  principalId: string,
  { id, kind, space_id }: Pick<AccessRow, "id" | "kind" | "space_id">,
): Promise<void> {
  if (kind === "file" || space_id === principalId) return;
  const found = await findRestricted.first(db, id, principalId);
  if (!found?.restricted) return;
  throw new ProblemError(
    "contains_restricted",
    "A folder in it has access rules of its own, and you may not change what is there. Ask a manager of these files to do it.",
  );
}

export interface Folder extends Pick<AccessRow, "id" | "role"> {
  /** Whose quota it takes. */
  spaceId: string;
}

/**
 * A live folder to put something into, or to see what is in it. Null: the root of the person's own space, whose manager everybody is, so
 * that nothing is asked. Roots of other spaces are folders as well.
 * @throws not_found, forbidden, not_a_folder where the id is a file's
 */
export async function accessFolder(
  db: Queryable,
  principalId: string,
  folderId: string | null,
  intent: "see" | "add" | "list" = "add",
): Promise<Folder> {
  if (folderId === null || folderId === principalId) return { id: principalId, spaceId: principalId, role: "manager" };
  const row = (await access(db, principalId, [folderId])).get(folderId);
  if (!row || row.standing !== "live") throw notFound();
  const isFolder = row.kind === "folder";
  const { id, role, space_id } = allowed(row, isFolder ? intent : "see");
  if (!isFolder) throw new ProblemError("not_a_folder", "This is a file; choose a folder.");
  return { id, role, spaceId: space_id };
}

/**
 * Whether a folder is live and the principal may see what is in it, as a condition for the statement that needs it. Whoever gets nothing
 * asks `accessFolder` for the reason. Parameters: placeholders of uuids.
 */
export function liveFolder(folderId: string, principalId: string): string {
  return `(select d.kind = 'folder' and ${roleMay("see")} and holdfast.standing(d.id) = 'live'
    from holdfast.access_to(${principalId}, array[${folderId}]::uuid[]) a join holdfast.files d on d.id = a.file_id)`;
}
