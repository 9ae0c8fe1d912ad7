import type { Database } from "../database.ts";

export async function findIdentityOwner(db: Database, provider: string, subject: string): Promise<string | undefined> {
  const { rows } = await db.query<{ user_id: string }>(
    "SELECT user_id FROM auth.identities WHERE provider = $1 AND provider_id = $2",
    [provider, subject],
  );
  return rows[0]?.user_id;
}

/** @throws SQLSTATE 23505 when another account has the address. */
export async function adoptEmail(db: Database, userId: string, email: string, now: Date): Promise<void> {
  await db.query(
    `UPDATE auth.users SET email = $2, email_confirmed_at = $3, is_anonymous = false, updated_at = $3
      WHERE id = $1 AND coalesce(email, '') = ''`,
    [userId, email, now],
  );
}

export async function makePermanent(db: Database, userId: string): Promise<void> {
  await db.query("UPDATE auth.users SET is_anonymous = false WHERE id = $1 AND is_anonymous", [userId]);
}

export async function deleteIdentity(db: Database, identityId: string): Promise<void> {
  await db.query("DELETE FROM auth.identities WHERE id = $1", [identityId]);
}

/**
 * After an identity went: an account whose address came from it takes the address of another identity, a verified one
 * first. All mailed codes are void, since they went to the former address.
 *
 * @throws SQLSTATE 23505 when another account has that address.
 */
export async function reassignEmail(db: Database, userId: string, now: Date): Promise<void> {
  const { rowCount } = await db.query(
    `SELECT FROM auth.identities i JOIN auth.users u ON u.id = i.user_id
      WHERE u.id = $1 AND coalesce(i.email, '') = lower(coalesce(u.email, ''))`,
    [userId],
  );
  if (rowCount !== null && rowCount > 0) return;
  await db.query(
    `UPDATE auth.users u SET email = c.email, updated_at = $2, email_change = '', email_change_confirm_status = 0,
       confirmation_token = '', recovery_token = '', email_change_token_new = '', email_change_token_current = '',
       reauthentication_token = '',
       email_confirmed_at = CASE WHEN c.verified THEN coalesce(u.email_confirmed_at, $2) END
       FROM (SELECT nullif(i.email, '') AS email, coalesce(i.identity_data -> 'email_verified' = 'true', false) AS verified
               FROM auth.identities i WHERE i.user_id = $1
              ORDER BY (coalesce(i.email, '') = ''), 2 DESC, i.created_at LIMIT 1) c
      WHERE u.id = $1`,
    [userId, now],
  );
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1", [userId]);
}
