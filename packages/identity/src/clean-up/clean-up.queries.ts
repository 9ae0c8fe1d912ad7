import type { Database } from "../database.ts";

/** Sessions that can no longer be refreshed: past their end, idle for too long, or ended by a replay. Times in seconds. */
export async function deleteEndedSessions(
  db: Database,
  limits: { timebox: number; inactivity: number; keepReplayed: number; now: Date },
): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM auth.sessions s
      WHERE s.not_after < $1
         OR ($2 > 0 AND s.created_at < $1::timestamptz - make_interval(secs => $2))
         OR ($3 > 0 AND coalesce(s.refreshed_at AT TIME ZONE 'UTC', s.created_at) < $1::timestamptz - make_interval(secs => $3))
         OR (s.updated_at < $1::timestamptz - make_interval(secs => $4) AND s.refresh_token_hmac_key IS NULL
             AND NOT EXISTS (SELECT FROM auth.refresh_tokens t WHERE t.session_id = s.id AND t.revoked IS FALSE))`,
    [limits.now, limits.timebox, limits.inactivity, limits.keepReplayed],
  );
  return rowCount ?? 0;
}

/**
 * A used token is kept for a while, since only a row that exists can be recognized as replayed; and for as long as its child counts,
 * since who never got the child's answer may still come back with it.
 */
export async function deleteUsedTokens(db: Database, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM auth.refresh_tokens t WHERE revoked AND updated_at < $1
       AND NOT EXISTS (SELECT FROM auth.refresh_tokens c WHERE c.parent = t.token AND NOT c.revoked)
       AND NOT EXISTS (SELECT FROM auth.sessions s WHERE s.id = t.session_id AND s.refresh_token_counter = 0
         AND NOT EXISTS (SELECT FROM auth.refresh_tokens o WHERE o.session_id = t.session_id AND o.id > t.id))`,
    [before],
  );
  return rowCount ?? 0;
}

/** Codes, started flows, challenges and enrolments that nobody finished. */
export async function deleteUnfinished(db: Database, before: { codes: Date; others: Date }): Promise<number> {
  const codes = "DELETE FROM auth.one_time_tokens WHERE created_at < $1::timestamptz AT TIME ZONE 'UTC'";
  let count = (await db.query(codes, [before.codes])).rowCount ?? 0;
  const deletions = [
    "DELETE FROM auth.flow_state WHERE created_at < $1",
    "DELETE FROM auth.oauth_client_states WHERE created_at < $1",
    "DELETE FROM auth.mfa_challenges WHERE created_at < $1",
    "DELETE FROM auth.webauthn_challenges WHERE expires_at < $1",
    "DELETE FROM auth.mfa_factors WHERE status = 'unverified' AND created_at < $1",
  ];
  for (const deletion of deletions) count += (await db.query(deletion, [before.others])).rowCount ?? 0;
  return count;
}

/** Of each account the sessions that were used last. */
export async function deleteExcessSessions(db: Database, kept: number): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM auth.sessions s USING (
       SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY coalesce(refreshed_at AT TIME ZONE 'UTC', created_at) DESC) AS nth
         FROM auth.sessions) r
      WHERE s.id = r.id AND r.nth > $1`,
    [kept],
  );
  return rowCount ?? 0;
}

export async function deleteOldAudit(db: Database, before: Date): Promise<number> {
  const { rowCount } = await db.query("DELETE FROM auth.audit_log_entries WHERE created_at < $1", [before]);
  return rowCount ?? 0;
}
