import type { Comment } from "@holdfast/contract";
import type { AccessRow } from "../../access/index.ts";
import { personOf } from "../notifications/notification-view.ts";
import type { CommentRow } from "./comments.queries.ts";

/** As somebody with this role on the file sees it. */
export function toComment(row: CommentRow, userId: string, role: AccessRow["role"]): Comment {
  const mine = row.author_id === userId;
  return {
    id: row.id,
    fileId: row.file_id,
    author: personOf(row.author_id, row.author_name),
    text: row.text,
    mentions: row.mentions,
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    mine,
    mayDelete: mine || role === "manager",
  };
}
