import type { Grant } from "@holdfast/contract";
import type { GrantRow } from "./grants.queries.ts";

/** @param toManager sees addresses, expiry and who gave it besides */
export function toGrant(row: GrantRow, toManager: boolean): Grant {
  const isUser = row.user_id !== null;
  const kind = row.depth === 0 ? "here" : row.on_root ? "space" : "folder";
  return {
    id: row.id,
    fileId: row.file_id,
    grantee: {
      type: isUser ? "user" : "group",
      id: row.grantee_id,
      name: (isUser ? row.user_name : row.group_name) ?? "",
      email: toManager ? row.user_email : null,
      members: isUser ? null : row.members,
    },
    role: row.role,
    from: {
      kind,
      folder: kind === "folder" && row.folder_name !== null ? { id: row.file_id, name: row.folder_name } : null,
    },
    createdBy: toManager && row.giver_id !== null ? { id: row.giver_id, name: row.giver_name ?? "" } : null,
    createdAt: row.created_at.toISOString(),
    expiresAt: toManager ? (row.expires_at?.toISOString() ?? null) : null,
    expired: row.expired,
  };
}
