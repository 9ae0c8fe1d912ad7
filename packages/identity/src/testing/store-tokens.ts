import type { Pool } from "pg";

export type StoredChain = readonly [token: string, parent: string | null, revoked: boolean][];

/** Makes the person's sessions into what they were while refresh tokens were stored as they are: with these tokens, the oldest first. */
export async function storeTokens(pool: Pool, userId: string, tokens: StoredChain, now = new Date()): Promise<void> {
  await pool.query(
    `UPDATE auth.sessions SET refresh_token_hmac_key = NULL, refresh_token_counter = NULL, updated_at = $2
      WHERE user_id = $1`,
    [userId, now],
  );
  for (const [token, parent, revoked] of tokens) {
    await pool.query(
      `INSERT INTO auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
       SELECT '00000000-0000-0000-0000-000000000000', $3, $1::text, $5, $2, $2, $4, id
         FROM auth.sessions WHERE user_id = $1::uuid`,
      [userId, now, token, parent, revoked],
    );
  }
}
