import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, IdentityError } from "../errors.ts";
import type { Caller, Identity } from "../service.ts";
import {
  type IssuedSession,
  inet,
  newRefreshToken,
  refreshTokenLength,
  sessionResponse,
} from "../sessions/issue-session.ts";
import { findTokenAndActive, findTokenOwner, lockSession, swapToken } from "../sessions/refresh-tokens.queries.ts";
import { deleteSession, findSession, type SessionRecord, touchSession } from "../sessions/sessions.queries.ts";
import { findUserById } from "../users/users.queries.ts";
import { isBanned } from "../users/users.records.ts";

export interface RefreshedSession extends IssuedSession {
  /** The present token was handed out again, to a client that lost it or asked twice. */
  reused: boolean;
}

/**
 * Swaps a refresh token for its successor. Any number of requests with one token, at once or one after the other, end in
 * one and the same successor as long as that has not been used itself. A token older than that, outside of the reuse
 * interval, is a replay: then the session ends, and with it its access token.
 *
 * @throws IdentityError 400 (validation_failed, refresh_token_not_found, refresh_token_already_used, session_not_found,
 *   session_expired, user_banned), 409 conflict when the session stays locked for five seconds.
 */
export async function refreshSession(identity: Identity, token: string, caller: Caller): Promise<RefreshedSession> {
  if (token.length !== refreshTokenLength) throw badRequest("validation_failed", "Refresh token is not valid");
  const { pool } = identity;
  const owner = await findTokenOwner(pool, token);
  if (owner === undefined) throw notKnown();
  const { session_id: sessionId, user_id: userId } = owner;
  if (sessionId === null) throw badRequest("session_not_found", "Invalid Refresh Token: No Valid Session Found");

  const outcome = await inTransaction(pool, async (db) => {
    if (!(await lockSession(db, sessionId))) throw notKnown();
    const now = identity.now();
    const { presented, active } = await findTokenAndActive(db, token, sessionId);
    const session = await findSession(db, sessionId);
    const user = await findUserById(db, userId);
    if (presented === undefined || session === undefined || user === undefined) throw notKnown();
    if (isBanned(user, now)) throw badRequest("user_banned", "Invalid Refresh Token: User Banned");
    refuseExpired(identity, session, presented.updated_at);

    let current = token;
    if (presented.revoked) {
      const reuseUntil = presented.updated_at.getTime() + identity.config.refreshReuseInterval * 1000;
      const allowed = active !== undefined && (active.parent === token || now.getTime() <= reuseUntil);
      if (!allowed) {
        // With its access token, which would be good for an hour more where only refresh tokens were revoked.
        await deleteSession(db, sessionId);
        await writeAudit(db, "token_revoked", user, caller, now, { reason: "replay" });
        return "replayed" as const;
      }
      current = active.token;
    } else {
      current = newRefreshToken();
      await swapToken(db, { token, child: current, userId, sessionId, now });
    }
    await touchSession(db, { id: sessionId, ip: inet(caller.ip), userAgent: caller.userAgent, now });
    const reused = presented.revoked;
    return { response: await sessionResponse(identity, user, session, current), userId, sessionId, reused };
  }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== "55P03") throw error;
    throw new IdentityError(
      409,
      "conflict",
      "Too many concurrent token refresh requests on the same session or refresh token",
    );
  });
  // Thrown only now, so that the end of the session is committed.
  if (outcome === "replayed") {
    identity.log.warn({ userId, sessionId }, "a used refresh token came back; its session was ended");
    throw badRequest("refresh_token_already_used", "Invalid Refresh Token: Already Used");
  }
  return outcome;
}

function refuseExpired(identity: Identity, session: SessionRecord, tokenTime: Date): void {
  const { sessionTimebox, inactivityTimeout } = identity.config;
  const now = identity.now().getTime();
  const pastEnd = session.not_after !== null && now > session.not_after.getTime();
  const pastTimebox = sessionTimebox > 0 && now > session.created_at.getTime() + sessionTimebox * 1000;
  if (pastEnd || pastTimebox) throw badRequest("session_expired", "Invalid Refresh Token: Session Expired");
  const used = (session.refreshed_at ?? tokenTime).getTime();
  if (inactivityTimeout > 0 && now > used + inactivityTimeout * 1000) {
    throw badRequest("session_expired", "Invalid Refresh Token: Session Expired (Inactivity)");
  }
}

const notKnown = () => badRequest("refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
