import type { File, FileRole } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { access } from "../../access/index.ts";
import { findOwnRoles } from "./asker-roles.queries.ts";

/** Writes into what lies in one folder what the asker may with each. Nothing is asked about one's own. */
export async function addRoles(db: Queryable, userId: string, folderId: string, files: File[]): Promise<void> {
  const [first] = files;
  if (!first) return;
  if (first.spaceId === userId) {
    for (const file of files) file.role = "manager";
    return;
  }
  const ids = files.map(({ id }) => id);
  const [folder, own] = await Promise.all([access(db, userId, [folderId]), findOwnRoles.all(db, ids, userId)]);
  const role = folder.get(folderId)?.role;
  const others = new Map(own.flatMap((row) => (row.role ? [[row.id, row.role] as const] : [])));
  for (const file of files) {
    const found = others.get(file.id) ?? (role && inside(role, file, userId));
    if (found) file.role = found;
  }
}

/** An uploader of the folder sees the files that they brought. */
function inside(role: FileRole, file: File, userId: string): FileRole {
  return role === "uploader" && file.kind === "file" && file.userId === userId ? "viewer" : role;
}
