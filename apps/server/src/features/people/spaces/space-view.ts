import { type Space, type SpaceMember, teamGraceDays } from "@holdfast/contract";
import type { SpaceMemberRow, SpaceRow } from "./spaces.queries.ts";

export function toSpace(row: SpaceRow): Space {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    quotaBytes: row.quota_bytes,
    usedBytes: row.used_bytes,
    memberCount: row.members,
    hasManager: row.has_manager,
    createdAt: row.created_at.toISOString(),
    archivedAt: row.archived_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    removedAt: row.deleted_at ? new Date(row.deleted_at.getTime() + teamGraceDays * 86_400_000).toISOString() : null,
  };
}

export function toSpaceMember(row: SpaceMemberRow): SpaceMember {
  return {
    type: row.type,
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    since: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}
