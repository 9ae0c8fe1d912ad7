import { writeAudit } from "../audit/audit.queries.ts";
import { type Database, inTransaction } from "../database.ts";
import { badRequest, IdentityError } from "../errors.ts";
import type { Caller, Identity } from "../service.ts";
import { type IssuedSession, inet, sessionResponse } from "../sessions/issue-session.ts";
import { parseRefreshToken } from "../sessions/refresh-token.ts";
import { findSealedKey, lockSession } from "../sessions/refresh-tokens.queries.ts";
import { limitReached } from "../sessions/session-limits.ts";
import { openSessionSecret, refreshTokenOf } from "../sessions/session-secret.ts";
import { deleteSession, findSession, type SessionRecord, touchSession } from "../sessions/sessions.queries.ts";
import { findUserById } from "../users/users.queries.ts";
import { isBanned } from "../users/users.records.ts";
import { findStoredOwner, judgeStoredToken, storedTokenLength } from "./stored-token.ts";

export interface RefreshedSession extends IssuedSession {
  /** The present token was handed out again, to a client that lost it or asked twice. */
  reused: boolean;
}

/** What a token that came is worth, found out while its session is locked. */
export type Judgement =
  | { verdict: "rotated"; token: string; key: string; counter: bigint }
  | { verdict: "reused"; token: string }
  /** Somebody else has gone on with the session since: one of the two is a thief. */
  | { verdict: "replayed" }
  | { verdict: "unknown" };

/**
 * Swaps a refresh token for its successor. Any number of requests with one token, at once or one after the other, end in
 * one and the same successor as long as that has not been used itself. A token older than that, outside of the reuse
 * interval, is a replay: then the session ends.
 *
 * @throws IdentityError 400 (validation_failed, refresh_token_not_found, refresh_token_already_used, session_not_found,
 *   session_expired, user_banned), 409 conflict when the session stays locked for five seconds.
 */
export async function refreshSession(identity: Identity, token: string, caller: Caller): Promise<RefreshedSession> {
  const { pool } = identity;
  const found = await findPresented(identity, token);
  const { sessionId } = found;

  const outcome = await inTransaction(pool, async (db): Promise<RefreshedSession | { replayedBy: string }> => {
    const locked = await lockSession(db, sessionId);
    if (locked === undefined) throw notKnown();
    const now = identity.now();
    const session = await findSession(db, sessionId);
    const user = await findUserById(db, locked.user_id);
    if (session === undefined || user === undefined) throw notKnown();
    if (isBanned(user, now)) throw badRequest("user_banned", "Invalid Refresh Token: User Banned");
    refuseExpired(identity, session, locked.rotated_at);

    const judgement = await found.judge(db, locked);
    if (judgement.verdict === "unknown") throw notKnown();
    if (judgement.verdict === "replayed") {
      await deleteSession(db, sessionId);
      await writeAudit(db, "token_revoked", user, caller, now, { reason: "replay" });
      return { replayedBy: user.id };
    }
    const rotated = judgement.verdict === "rotated" ? judgement : null;
    await touchSession(db, { id: sessionId, ip: inet(caller.ip), userAgent: caller.userAgent, now, rotated });
    const response = await sessionResponse(identity, user, session, judgement.token);
    return { response, userId: user.id, sessionId, reused: rotated === null };
  }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== "55P03") throw error;
    throw new IdentityError(
      409,
      "conflict",
      "Too many concurrent token refresh requests on the same session or refresh token",
    );
  });
  if (!("replayedBy" in outcome)) return outcome;
  // Thrown only now, so that the end of the session is committed.
  identity.log.warn({ userId: outcome.replayedBy, sessionId }, "a used refresh token came back; its session was ended");
  throw badRequest("refresh_token_already_used", "Invalid Refresh Token: Already Used");
}

type Locked = NonNullable<Awaited<ReturnType<typeof lockSession>>>;
interface Presented {
  sessionId: string;
  judge(db: Database, locked: Locked): Promise<Judgement>;
}

/** Looked at before the session is locked, so that made-up tokens lock nothing. */
async function findPresented(identity: Identity, token: string): Promise<Presented> {
  if (token.length === storedTokenLength) {
    const sessionId = await findStoredOwner(identity, token);
    if (sessionId === undefined) throw notKnown();
    if (sessionId === null) throw badRequest("session_not_found", "Invalid Refresh Token: No Valid Session Found");
    return { sessionId, judge: (db, locked) => judgeStoredToken(identity, db, { sessionId, token }, locked) };
  }
  const parsed = parseRefreshToken(token);
  if (parsed === null) throw badRequest("validation_failed", "Refresh token is not valid");
  const { sessionId, counter } = parsed;
  const stored = await findSealedKey(identity.pool, sessionId);
  const secret = stored && openSessionSecret(identity.keys(), sessionId, stored);
  if (!secret || !parsed.isSignedWith(secret.key)) throw notKnown();
  return {
    sessionId,
    async judge(_db, locked) {
      const behind = locked.counter - counter;
      if (behind === 0n) {
        const next = counter + 1n;
        return {
          verdict: "rotated",
          key: secret.stored,
          counter: next,
          token: refreshTokenOf(sessionId, secret, next),
        };
      }
      if (behind < 0n) return { verdict: "unknown" };
      // The one before is that of a client that lost the answer; older ones count for as long as two tabs may be apart.
      const until = locked.rotated_at.getTime() + identity.config.refreshReuseInterval * 1000;
      if (behind > 1n && identity.now().getTime() > until) return { verdict: "replayed" };
      return { verdict: "reused", token: refreshTokenOf(sessionId, secret, locked.counter) };
    },
  };
}

function refuseExpired(identity: Identity, session: SessionRecord, tokenTime: Date): void {
  const reached = limitReached(identity, session, tokenTime);
  if (reached === null) return;
  const why = reached === "idle" ? " (Inactivity)" : "";
  throw badRequest("session_expired", `Invalid Refresh Token: Session Expired${why}`);
}

const notKnown = () => badRequest("refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
