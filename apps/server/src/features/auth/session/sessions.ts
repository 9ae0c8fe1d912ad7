import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { deleteSession, listSessions } from "./sessions.queries.ts";

export async function signOut(
  { db, identity, principals, events }: Pick<AuthDeps, "db" | "identity" | "principals" | "events">,
  { userId, sessionId }: Principal,
  accessToken: string,
  scope: "local" | "others" | "global",
  caller: Caller,
  origin: Origin,
): Promise<void> {
  await identity.signOut(accessToken, scope, caller);
  principals.forget(userId);
  await audit(db, origin, { action: "session.logout", targetId: sessionId, detail: { scope } });
  events.publish(userId, { type: "session.ended" });
}

export async function sessionsOf({ db, clock }: Pick<AuthDeps, "db" | "clock">, { userId, sessionId }: Principal) {
  const rows = await listSessions.all(db, userId, clock.now());
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    ip: row.ip,
    userAgent: row.user_agent,
    current: row.id === sessionId,
  }));
}

/** @throws ProblemError not_found */
export async function revokeSession(
  { db, principals, events }: Pick<AuthDeps, "db" | "principals" | "events">,
  { userId }: Principal,
  id: string,
  origin: Origin,
): Promise<void> {
  await db.transaction(async (tx) => {
    if ((await deleteSession.count(tx, id, userId)) === 0) throw notFound();
    await audit(tx, origin, { action: "session.revoke", targetId: id });
  });
  principals.forget(userId);
  events.publish(userId, { type: "session.ended", id });
}
