import type { Database } from "../database.ts";

export async function setRole(db: Database, userId: string, role: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.users SET role = $2, updated_at = $3 WHERE id = $1", [userId, role, now]);
}

export async function setBan(db: Database, userId: string, until: Date | null, now: Date): Promise<void> {
  await db.query("UPDATE auth.users SET banned_until = $2, updated_at = $3 WHERE id = $1", [userId, until, now]);
}

/** @throws SQLSTATE 23505 when another account has the address. */
export async function setEmail(
  db: Database,
  userId: string,
  email: string,
  settled: boolean,
  now: Date,
): Promise<void> {
  await db.query(
    "UPDATE auth.users SET email = $2, is_anonymous = is_anonymous AND NOT $3, updated_at = $4 WHERE id = $1",
    [userId, email, settled, now],
  );
}

export async function deleteUser(db: Database, userId: string): Promise<void> {
  await db.query("DELETE FROM auth.users WHERE id = $1", [userId]);
}

/**
 * Leaves a row that refers to nobody: address and identities become hashes of what they were, all else is emptied. The
 * hashes are Supabase Auth's, SHA-256 of the user's id and the value in base64url without padding.
 */
export async function obscureUser(db: Database, userId: string, now: Date): Promise<void> {
  const hashed = (value: string) =>
    `rtrim(translate(encode(sha256(convert_to(id::text || ${value}, 'UTF8')), 'base64'), '+/', '-_'), '=')`;
  await db.query(
    `UPDATE auth.users SET email = ${hashed("coalesce(email, '')")}, phone = left(${hashed("coalesce(phone, '')")}, 15),
       email_change = ${hashed("coalesce(email_change, '')")}, phone_change = left(${hashed("coalesce(phone_change, '')")}, 15),
       encrypted_password = NULL, confirmation_token = '', recovery_token = '', email_change_token_current = '',
       email_change_token_new = '', phone_change_token = '', raw_user_meta_data = '{}', raw_app_meta_data = '{}',
       deleted_at = $2, updated_at = $2
      WHERE id = $1`,
    [userId, now],
  );
  await db.query(
    `UPDATE auth.identities SET identity_data = '{}', updated_at = $2,
       provider_id = rtrim(translate(encode(sha256(convert_to(user_id::text || provider_id, 'UTF8')), 'base64'), '+/', '-_'), '=')
      WHERE user_id = $1`,
    [userId, now],
  );
  for (const table of ["one_time_tokens", "mfa_factors", "webauthn_credentials", "sessions"]) {
    await db.query(`DELETE FROM auth.${table} WHERE user_id = $1`, [userId]);
  }
}
