import type { Database } from "../database.ts";

/**
 * Takes an address from an account that only claims it, for the one that has just proved it. The account keeps its sessions and everything in
 * it, and has no address to sign in by until an administrator gives it another one. What was mailed to the address opens it no more.
 */
export async function releaseEmail(db: Database, userId: string, now: Date): Promise<void> {
  await db.query(
    `UPDATE auth.users SET email = NULL, updated_at = $2, confirmation_token = '', recovery_token = '', reauthentication_token = '',
       email_change = '', email_change_token_new = '', email_change_token_current = '', email_change_confirm_status = 0
      WHERE id = $1`,
    [userId, now],
  );
  await db.query(
    `UPDATE auth.identities SET identity_data = identity_data - 'email' || '{"email_verified": false}', updated_at = $2
      WHERE user_id = $1 AND provider = 'email'`,
    [userId, now],
  );
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1", [userId]);
}
