import type { Database } from "../database.ts";
import type { Identity } from "../service.ts";
import { lockSession, revokeStoredTokens, storeCounter } from "./refresh-tokens.queries.ts";
import { newSessionSecret, openSessionSecret, refreshTokenOf } from "./session-secret.ts";

/**
 * Gives a session its next refresh token, as after a second factor was shown. All that came before count as used.
 *
 * @returns null when the session is gone.
 */
export async function rotateRefreshToken(identity: Identity, db: Database, sessionId: string): Promise<string | null> {
  const locked = await lockSession(db, sessionId);
  if (locked === undefined) return null;
  const [keys, now] = [identity.keys(), identity.now()];
  const { refresh_token_hmac_key: stored } = locked;
  const present = stored === null ? null : openSessionSecret(keys, sessionId, stored);
  const secret = present ?? newSessionSecret(keys, sessionId);
  const counter = present ? locked.counter + 1n : 0n;
  if (stored === null) await revokeStoredTokens(db, sessionId, now);
  await storeCounter(db, { id: sessionId, key: secret.stored, counter, now });
  return refreshTokenOf(sessionId, secret, counter);
}
