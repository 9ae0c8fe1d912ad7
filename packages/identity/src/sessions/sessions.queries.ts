import type { Database } from "../database.ts";

export interface SessionRecord {
  id: string;
  user_id: string;
  created_at: Date;
  /** UTC; the column has no time zone. */
  refreshed_at: Date | null;
  factor_id: string | null;
  aal: "aal1" | "aal2" | "aal3" | null;
  not_after: Date | null;
  /** Authentication methods with the seconds since 1970 of their last use, the newest first. */
  amr: { method: string; timestamp: number }[];
}

const sessionColumns = `
  s.id, s.user_id, s.created_at, s.refreshed_at AT TIME ZONE 'UTC' AS refreshed_at, s.factor_id, s.aal, s.not_after,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('method', a.authentication_method,
            'timestamp', extract(epoch FROM a.updated_at)::bigint) ORDER BY a.updated_at DESC), '[]')
     FROM auth.mfa_amr_claims a WHERE a.session_id = s.id) AS amr`;

export async function findSession(db: Database, id: string): Promise<SessionRecord | undefined> {
  const { rows } = await db.query<SessionRecord>(`SELECT ${sessionColumns} FROM auth.sessions s WHERE s.id = $1`, [id]);
  return rows[0];
}

export interface NewSession {
  id: string;
  userId: string;
  method: string;
  aal: "aal1" | "aal2";
  /** Sealed: what the session's refresh tokens are made from. */
  refreshKey: string;
  ip: string | null;
  userAgent: string | null;
  now: Date;
}

/** Session, how it was proved, and the person's last sign-in: one statement, so all or nothing. */
export async function insertSession(db: Database, session: NewSession): Promise<void> {
  await db.query(
    `WITH session AS (
       INSERT INTO auth.sessions (id, user_id, created_at, updated_at, aal, ip, user_agent, refresh_token_hmac_key,
         refresh_token_counter)
       VALUES ($1, $2, $3, $3, $8::auth.aal_level, $4, $5, $6, 0)
     ), claim AS (
       INSERT INTO auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
       VALUES (gen_random_uuid(), $1, $3, $3, $7)
     )
     UPDATE auth.users SET last_sign_in_at = $3, updated_at = $3 WHERE id = $2`,
    [
      ...[session.id, session.userId, session.now, session.ip, session.userAgent],
      ...[session.refreshKey, session.method, session.aal],
    ],
  );
}

/** @param session with `rotated`, the present token is that of this counter from now on, and `updated_at` says since when */
export async function touchSession(
  db: Database,
  session: {
    id: string;
    ip: string | null;
    userAgent: string | null;
    now: Date;
    rotated: { key: string; counter: bigint } | null;
  },
): Promise<void> {
  const { rotated } = session;
  await db.query(
    `UPDATE auth.sessions SET refreshed_at = $2::timestamptz AT TIME ZONE 'UTC', ip = $3, user_agent = $4,
       refresh_token_hmac_key = coalesce($5, refresh_token_hmac_key),
       refresh_token_counter = coalesce($6, refresh_token_counter),
       updated_at = CASE WHEN $6::bigint IS NULL THEN updated_at ELSE $2 END
      WHERE id = $1`,
    [session.id, session.now, session.ip, session.userAgent, rotated?.key, rotated?.counter.toString()],
  );
}

export async function deleteSession(db: Database, id: string): Promise<void> {
  await db.query("DELETE FROM auth.sessions WHERE id = $1", [id]);
}

/** @param except a session to keep. Refresh tokens and claims go with their sessions. */
export async function deleteSessions(db: Database, userId: string, except: string | null = null): Promise<void> {
  await db.query("DELETE FROM auth.sessions WHERE user_id = $1 AND ($2::uuid IS NULL OR id <> $2)", [userId, except]);
}

/** Notes that the session was proved by one more method. */
export async function addAuthenticationMethod(
  db: Database,
  sessionId: string,
  method: string,
  now: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
     VALUES (gen_random_uuid(), $1, $2, $2, $3)
     ON CONFLICT (session_id, authentication_method) DO UPDATE SET updated_at = excluded.updated_at`,
    [sessionId, now, method],
  );
}
