import { type GroupMember, maxGroupMembers, maxGroupsOfUser } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { toMember } from "./group-view.ts";
import * as queries from "./groups.queries.ts";
import { tooMany } from "./groups.ts";

/** Who is in it already stays as they are. @throws ProblemError not_found, limit_reached */
export async function addGroupMember(
  db: Database,
  origin: Origin,
  groupId: string,
  userId: string,
): Promise<GroupMember> {
  return db.transaction(async (tx) => {
    await queries.lockGroups.all(tx);
    const group = await queries.findGroup.first(tx, groupId, null);
    const candidate = await queries.findCandidate.first(tx, groupId, userId);
    if (!group || !candidate) throw notFound();
    if (!(await queries.findMember.first(tx, groupId, userId))) {
      if (candidate.members >= maxGroupMembers) throw tooMany(`A group has at most ${maxGroupMembers} members.`);
      if (candidate.groups >= maxGroupsOfUser) throw tooMany(`Nobody can be in more than ${maxGroupsOfUser} groups.`);
    }
    if ((await queries.addMember.count(tx, groupId, userId)) > 0) {
      const detail = { name: group.name, userId, email: candidate.email };
      await audit(tx, origin, { action: "group.join", targetId: groupId, targetName: group.name, detail });
    }
    return toMember((await queries.findMember.first(tx, groupId, userId))!);
  });
}

/** @throws ProblemError not_found */
export async function removeGroupMember(db: Database, origin: Origin, groupId: string, userId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const group = await queries.findGroup.first(tx, groupId, userId);
    if (!group) throw notFound();
    await queries.removeMember.count(tx, groupId, userId);
    await audit(tx, origin, { action: "group.leave", targetId: groupId, targetName: group.name, detail: { userId } });
  });
}
