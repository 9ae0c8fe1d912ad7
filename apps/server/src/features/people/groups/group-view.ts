import type { Group, GroupMember } from "@holdfast/contract";
import type { GroupRow, MemberRow } from "./groups.queries.ts";

export function toGroup(row: GroupRow): Group {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    externalName: row.external_name,
    memberCount: row.members,
    createdAt: row.created_at.toISOString(),
  };
}

export function toMember(row: MemberRow): GroupMember {
  return {
    userId: row.user_id,
    email: row.email,
    displayName: row.display_name,
    fromClaim: row.from_claim,
    addedAt: row.added_at.toISOString(),
  };
}
