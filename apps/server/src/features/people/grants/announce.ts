import type { FileRole, NotificationKind } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notify } from "../../../platform/notifications/notify.ts";
import { findGrantee, findNames, listToldMembers } from "./grants.queries.ts";

/** Of a group so many are notified; pages of all its members ask again. */
const TOLD_MEMBERS = 1000;

export interface GrantChange {
  kind: Extract<NotificationKind, `grant.${string}`>;
  fileId: string;
  spaceId: string;
  userId: string | null;
  groupId: string | null;
  role: FileRole;
  /** Before the change. */
  from?: FileRole;
  expiresAt?: Date | null;
  message?: string | undefined;
}

const actions = {
  "grant.given": "grant.create",
  "grant.changed": "grant.update",
  "grant.ended": "grant.delete",
} as const;

/** Notes a change of a grant and notifies whom it is about, in its transaction. */
export async function noteChange(tx: Tx, origin: Origin, change: GrantChange): Promise<void> {
  const actorId = origin.actorId as string;
  const { kind, fileId, userId, groupId, role, from, expiresAt, message } = change;
  const names = await findNames.first(tx, fileId, actorId);
  const grantee = await findGrantee.first(tx, userId ? "user" : "group", (userId ?? groupId) as string);
  const { file = "", actor = "" } = names ?? {};
  await audit(tx, origin, {
    ...{ action: actions[kind], targetId: fileId, targetName: file },
    detail: {
      ...{ granteeType: userId ? "user" : "group", granteeId: userId ?? groupId, grantee: grantee?.name ?? null, role },
      ...(from && from !== role ? { from } : {}),
      ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
    },
  });
  const told = userId ? [userId] : await membersOf(tx, groupId as string);
  const detail = {
    ...{ fileName: file, actorName: actor, role, groupName: groupId ? (grantee?.name ?? null) : null },
    ...(message ? { message } : {}),
    ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
  };
  await notify(tx, { kind, userIds: told, actorId, fileId, detail });
}

async function membersOf(tx: Tx, groupId: string): Promise<string[]> {
  return (await listToldMembers.all(tx, groupId, TOLD_MEMBERS)).map((row) => row.user_id);
}

/** After the commit: pages of the space, and of whom it was given to, ask again who may what. */
export function tellPages(events: Events, { spaceId, userId }: Pick<GrantChange, "spaceId" | "userId">): void {
  events.publish(spaceId, { type: "grants.changed" });
  if (userId !== null) events.publish(userId, { type: "grants.changed" });
}
