import type { Queryable } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { type AccessRow, accessFile } from "../../access/index.ts";
import { type CommentRow, findRow } from "./comments.queries.ts";

/** A live file or folder that somebody may comment on. What lies in the trash is read, and not written about. @throws not_found, forbidden */
export async function accessCommented(db: Queryable, userId: string, fileId: string): Promise<AccessRow> {
  const file = await accessFile(db, userId, fileId, "see");
  if (file.standing !== "live") throw notFound();
  return file;
}

/** A comment with its file, where the person may see that. @throws not_found, forbidden */
export async function findComment(
  db: Queryable,
  userId: string,
  commentId: string,
): Promise<{ comment: CommentRow; file: AccessRow }> {
  const comment = await findRow.first(db, commentId);
  if (!comment) throw notFound();
  return { comment, file: await accessCommented(db, userId, comment.file_id) };
}
