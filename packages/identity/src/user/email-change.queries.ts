import type { Database } from "../database.ts";

export async function startEmailChange(db: Database, userId: string, newEmail: string, now: Date): Promise<void> {
  await db.query(
    `UPDATE auth.users SET email_change = $2, email_change_sent_at = $3, email_change_confirm_status = 0,
       email_change_token_current = '', email_change_token_new = '', updated_at = $3 WHERE id = $1`,
    [userId, newEmail, now],
  );
  await db.query(
    `DELETE FROM auth.one_time_tokens WHERE user_id = $1
        AND token_type IN ('email_change_token_current', 'email_change_token_new')`,
    [userId],
  );
}

/** One of the two mailboxes has confirmed. */
export async function confirmHalf(db: Database, userId: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.users SET email_change_confirm_status = 1, updated_at = $2 WHERE id = $1", [userId, now]);
}

/**
 * The pending address becomes the account's, confirmed; `proved` where its mailbox has answered. Voids every code, and an anonymous account becomes a permanent one.
 *
 * @throws SQLSTATE 23505 when another account took the address in the meantime.
 */
export async function finishEmailChange(db: Database, userId: string, proved: boolean, now: Date): Promise<void> {
  await db.query(
    `UPDATE auth.users SET email = email_change, email_change = '', email_change_token_current = '',
       email_change_token_new = '', email_change_confirm_status = 0, confirmation_token = '', is_anonymous = false,
       email_confirmed_at = coalesce(email_confirmed_at, $2), updated_at = $2,
       raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || jsonb_build_object('email', email_change, 'email_verified', $3::boolean)
      WHERE id = $1`,
    [userId, now, proved],
  );
  await db.query(
    `INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
     SELECT u.id::text, u.id,
            jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', $3::boolean, 'email_proof', $4::text, 'phone_verified', false),
            'email', $2, $2, $2
       FROM auth.users u WHERE u.id = $1
     ON CONFLICT (provider_id, provider) DO UPDATE
       SET identity_data = auth.identities.identity_data || excluded.identity_data, updated_at = excluded.updated_at`,
    [userId, now, proved, proved ? "mail" : null],
  );
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1", [userId]);
}
