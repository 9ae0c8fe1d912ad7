import type { Database } from "../database.ts";
import type { UserRecord } from "./users.records.ts";

export interface StartOver {
  /** Null: nobody knows a password. */
  passwordHash: string | null;
  userMetadata: Record<string, unknown>;
  /** The one identity that stays. */
  keep: { provider: string; subject: string };
}

/**
 * Makes an account that nobody has confirmed safe for whoever confirms it: what an earlier sign-up left there, perhaps to lie in wait, is
 * gone: password, sessions, factors, codes, the other identities, and what was written about the person.
 *
 * @returns false where the account was confirmed in the meantime: then nothing is changed
 */
export async function startOver(db: Database, userId: string, next: StartOver, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE auth.users SET encrypted_password = $2, raw_user_meta_data = $3, updated_at = $4,
       confirmation_token = '', recovery_token = '', reauthentication_token = '',
       email_change = '', email_change_token_current = '', email_change_token_new = '', email_change_confirm_status = 0
      WHERE id = $1 AND email_confirmed_at IS NULL`,
    [userId, next.passwordHash, JSON.stringify(next.userMetadata), now],
  );
  if (rowCount === 0) return false;
  await db.query("DELETE FROM auth.identities WHERE user_id = $1 AND NOT (provider = $2 AND provider_id = $3)", [
    userId,
    next.keep.provider,
    next.keep.subject,
  ]);
  for (const table of ["one_time_tokens", "mfa_factors", "sessions"]) {
    await db.query(`DELETE FROM auth.${table} WHERE user_id = $1`, [userId]);
  }
  return true;
}

/** Before an address is proved by somebody who gave no password: that of an earlier sign-up may be a stranger's. */
export async function forgetSignUp(
  db: Database,
  { id, raw_user_meta_data: userMetadata }: UserRecord,
  now: Date,
): Promise<void> {
  await startOver(db, id, { passwordHash: null, userMetadata, keep: { provider: "email", subject: id } }, now);
}
