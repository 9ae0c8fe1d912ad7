import type { Database } from "../database.ts";

export interface RefreshTokenRecord {
  token: string;
  parent: string;
  revoked: boolean;
  updated_at: Date;
}

/** Where a token belongs, without any lock. */
export async function findTokenOwner(
  db: Database,
  token: string,
): Promise<{ user_id: string; session_id: string | null } | undefined> {
  const { rows } = await db.query<{ user_id: string; session_id: string | null }>(
    "SELECT user_id, session_id FROM auth.refresh_tokens WHERE token = $1",
    [token],
  );
  return rows[0];
}

/**
 * Serializes all that happens to a session's tokens. The session is locked and never a token, so that two refreshes
 * cannot wait for each other. Waits five seconds at most (SQLSTATE 55P03 after that).
 *
 * @returns false when the session is gone.
 */
export async function lockSession(db: Database, sessionId: string): Promise<boolean> {
  await db.query("SET LOCAL lock_timeout = '5s'");
  const { rowCount } = await db.query("SELECT FROM auth.sessions WHERE id = $1 FOR UPDATE", [sessionId]);
  return rowCount === 1;
}

/** The token that was presented and the newest one of its session that still counts. */
export async function findTokenAndActive(
  db: Database,
  token: string,
  sessionId: string,
): Promise<{ presented: RefreshTokenRecord | undefined; active: RefreshTokenRecord | undefined }> {
  const { rows } = await db.query<RefreshTokenRecord & { kind: "presented" | "active" }>(
    `(SELECT 'presented' AS kind, token, coalesce(parent, '') AS parent, coalesce(revoked, false) AS revoked, updated_at
        FROM auth.refresh_tokens WHERE token = $1 AND session_id = $2)
     UNION ALL
     (SELECT 'active', token, coalesce(parent, ''), false, updated_at
        FROM auth.refresh_tokens WHERE session_id = $2 AND revoked IS FALSE ORDER BY id DESC LIMIT 1)`,
    [token, sessionId],
  );
  return {
    presented: rows.find((row) => row.kind === "presented"),
    active: rows.find((row) => row.kind === "active"),
  };
}

/** Revokes the token and adds its child. */
export async function swapToken(
  db: Database,
  swap: { token: string; child: string; userId: string; sessionId: string; now: Date },
): Promise<void> {
  await db.query(
    `WITH former AS (
       UPDATE auth.refresh_tokens SET revoked = true, updated_at = $5 WHERE token = $1
     )
     INSERT INTO auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
     VALUES ('00000000-0000-0000-0000-000000000000', $2, $3, false, $5, $5, $1, $4)`,
    [swap.token, swap.child, swap.userId, swap.sessionId, swap.now],
  );
}
