import type { Notification } from "@holdfast/contract";
import { plainComment } from "../comments/plain-comment.ts";
import type { NotificationRow } from "./notifications.queries.ts";

const EXCERPT = 140;

export function toNotification(row: NotificationRow): Notification {
  return {
    id: row.id,
    kind: row.kind,
    actor: personOf(row.actor_id, row.actor_name),
    file:
      row.file_id === null
        ? null
        : {
            id: row.file_id,
            kind: row.file_kind as "file" | "folder",
            folderId: row.folder_id,
          },
    excerpt: row.comment === null ? null : plainComment(row.comment, EXCERPT),
    detail: row.detail,
    createdAt: row.created_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
  };
}

/** Null where they are gone. */
export function personOf(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null || name === null ? null : { id, name };
}
