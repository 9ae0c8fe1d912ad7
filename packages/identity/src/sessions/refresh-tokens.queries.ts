import type { Database } from "../database.ts";

export interface LockedSession {
  user_id: string;
  /** Sealed; null where the session has only tokens of the first kind. */
  refresh_token_hmac_key: string | null;
  /** How many tokens were given out after the first one. */
  counter: bigint;
  /** When the present token was made. */
  rotated_at: Date;
}

/**
 * Serializes all that happens to a session's tokens. The session is locked and never a token, so that two refreshes
 * cannot wait for each other. Waits five seconds at most (SQLSTATE 55P03 after that).
 *
 * @returns undefined when the session is gone.
 */
export async function lockSession(db: Database, sessionId: string): Promise<LockedSession | undefined> {
  await db.query("SET LOCAL lock_timeout = '5s'");
  const { rows } = await db.query<Omit<LockedSession, "counter"> & { counter: string }>(
    `SELECT user_id, refresh_token_hmac_key, coalesce(refresh_token_counter, 0)::text AS counter,
       coalesce(updated_at, created_at) AS rotated_at
       FROM auth.sessions WHERE id = $1 FOR UPDATE`,
    [sessionId],
  );
  return rows[0] && { ...rows[0], counter: BigInt(rows[0].counter) };
}

/** Sealed; null where there is none, undefined where there is no session. */
export async function findSealedKey(db: Database, sessionId: string): Promise<string | null | undefined> {
  const { rows } = await db.query<{ refresh_token_hmac_key: string | null }>(
    "SELECT refresh_token_hmac_key FROM auth.sessions WHERE id = $1",
    [sessionId],
  );
  return rows[0]?.refresh_token_hmac_key;
}

/** The present token from now on is the one of this counter. `updated_at` is that moment, and nothing else moves it. */
export async function storeCounter(
  db: Database,
  session: { id: string; key: string; counter: bigint; now: Date },
): Promise<void> {
  await db.query(
    `UPDATE auth.sessions SET refresh_token_hmac_key = $2, refresh_token_counter = $3, updated_at = $4 WHERE id = $1`,
    [session.id, session.key, session.counter.toString(), session.now],
  );
}

/** A token of the first kind: twelve characters that are stored as they are. None is made any more. */
export interface StoredToken {
  session_id: string | null;
  parent: string;
  revoked: boolean;
  updated_at: Date;
  /** No other token of the session was made after it. */
  is_last: boolean;
  /** Of the present one, where that is of the first kind as well: a Supabase Auth over the same tables made it. */
  active: string | null;
  active_parent: string | null;
}

export async function findStoredToken(db: Database, token: string): Promise<StoredToken | undefined> {
  const { rows } = await db.query<StoredToken>(
    `SELECT t.session_id, coalesce(t.parent, '') AS parent, coalesce(t.revoked, false) AS revoked, t.updated_at,
       NOT EXISTS (SELECT FROM auth.refresh_tokens o WHERE o.session_id = t.session_id AND o.id > t.id) AS is_last,
       a.token AS active, a.parent AS active_parent
       FROM auth.refresh_tokens t LEFT JOIN LATERAL (
         SELECT token, parent FROM auth.refresh_tokens
          WHERE session_id = t.session_id AND revoked IS FALSE ORDER BY id DESC LIMIT 1) a ON true
      WHERE t.token = $1`,
    [token],
  );
  return rows[0];
}

/** All of a session's stored tokens count no more, those that were still open from now on. */
export async function revokeStoredTokens(db: Database, sessionId: string, now: Date): Promise<void> {
  await db.query(
    "UPDATE auth.refresh_tokens SET revoked = true, updated_at = $2 WHERE session_id = $1 AND revoked IS FALSE",
    [sessionId, now],
  );
}
