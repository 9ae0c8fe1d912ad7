import type { Database } from "../database.ts";
import type { Identity } from "../service.ts";
import { findStoredToken, type LockedSession, revokeStoredTokens } from "../sessions/refresh-tokens.queries.ts";
import { newSessionSecret, openSessionSecret, refreshTokenOf } from "../sessions/session-secret.ts";
import type { Judgement } from "./refresh-session.ts";

/** Tokens of Supabase Auth's first kind, which it stores as they are. They are taken, and each is answered with one of the second kind. */
export const storedTokenLength = 12;

/** @returns the session; null for a token without one, undefined for one that nobody knows */
export async function findStoredOwner({ pool }: Identity, token: string): Promise<string | null | undefined> {
  return (await findStoredToken(pool, token))?.session_id;
}

export async function judgeStoredToken(
  identity: Identity,
  db: Database,
  { sessionId, token }: { sessionId: string; token: string },
  { refresh_token_hmac_key: stored, counter }: LockedSession,
): Promise<Judgement> {
  const presented = await findStoredToken(db, token);
  if (presented === undefined) return { verdict: "unknown" };
  const [keys, now] = [identity.keys(), identity.now()];
  const secret = stored === null ? null : openSessionSecret(keys, sessionId, stored);

  if (!presented.revoked) {
    await revokeStoredTokens(db, sessionId, now);
    const made = secret ?? newSessionSecret(keys, sessionId);
    const next = secret ? counter + 1n : 0n;
    return { verdict: "rotated", key: made.stored, counter: next, token: refreshTokenOf(sessionId, made, next) };
  }
  const isRecent = now.getTime() <= presented.updated_at.getTime() + identity.config.refreshReuseInterval * 1000;
  if (secret) {
    // The session's first token of the second kind was the answer to the last one of the first kind.
    const lostAnswer = presented.is_last && counter === 0n;
    if (!lostAnswer && !isRecent) return { verdict: "replayed" };
    return { verdict: "reused", token: refreshTokenOf(sessionId, secret, counter) };
  }
  const { active } = presented;
  if (active === null || (presented.active_parent !== token && !isRecent)) return { verdict: "replayed" };
  return { verdict: "reused", token: active };
}
