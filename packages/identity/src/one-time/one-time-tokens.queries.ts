import type { Database } from "../database.ts";

export type OneTimeTokenType =
  | "confirmation_token"
  | "recovery_token"
  | "email_change_token_new"
  | "email_change_token_current"
  | "reauthentication_token";

/** The users column that keeps when a code of this kind was made. */
const sentAtColumn = {
  confirmation_token: "confirmation_sent_at",
  recovery_token: "recovery_sent_at",
  email_change_token_new: "email_change_sent_at",
  email_change_token_current: "email_change_sent_at",
  reauthentication_token: "reauthentication_sent_at",
} as const;

export interface StoredToken {
  userId: string;
  type: OneTimeTokenType;
  hash: string;
  /** The address that the code goes to. */
  address: string;
  now: Date;
}

/** Keeps the code's hash in the user's row and in one_time_tokens, in place of an earlier one of its kind. */
export async function storeToken(db: Database, token: StoredToken): Promise<void> {
  await db.query(
    `UPDATE auth.users SET ${token.type} = $2, ${sentAtColumn[token.type]} = $3, updated_at = $3 WHERE id = $1`,
    [token.userId, token.hash, token.now],
  );
  await db.query(
    `INSERT INTO auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
     VALUES (gen_random_uuid(), $1, $2, $3, $4, $5::timestamptz AT TIME ZONE 'UTC', $5::timestamptz AT TIME ZONE 'UTC')
     ON CONFLICT (user_id, token_type) DO UPDATE SET token_hash = excluded.token_hash, relates_to = excluded.relates_to,
       created_at = excluded.created_at, updated_at = excluded.updated_at`,
    [token.userId, token.type, token.hash, token.address.toLowerCase(), token.now],
  );
}

export async function clearToken(db: Database, userId: string, type: OneTimeTokenType): Promise<void> {
  await db.query(`UPDATE auth.users SET ${type} = '' WHERE id = $1`, [userId]);
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1 AND token_type = $2", [userId, type]);
}

/** Voids all of a person's codes: using one of them proves what the others would have proved. */
export async function clearRecovery(db: Database, userId: string): Promise<void> {
  await db.query("UPDATE auth.users SET recovery_token = '' WHERE id = $1", [userId]);
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1", [userId]);
}

export interface FoundToken {
  user_id: string;
  token_type: OneTimeTokenType;
  token_hash: string;
  sent_at: Date;
}

/** Locks the owner, so that a code is spent once however many requests carry it. */
export async function findToken(
  db: Database,
  hashes: readonly string[],
  types: readonly OneTimeTokenType[],
): Promise<FoundToken | undefined> {
  const owner = await db.query<{ user_id: string }>(
    `SELECT user_id FROM auth.one_time_tokens WHERE token_hash = ANY ($1) AND token_type::text = ANY ($2) LIMIT 1`,
    [hashes, types],
  );
  const userId = owner.rows[0]?.user_id;
  if (userId === undefined) return undefined;
  await db.query("SELECT FROM auth.users WHERE id = $1 FOR UPDATE", [userId]);
  // Read again: whoever held the lock before may have spent it.
  const { rows } = await db.query<FoundToken>(
    `SELECT user_id, token_type, token_hash, created_at AT TIME ZONE 'UTC' AS sent_at FROM auth.one_time_tokens
      WHERE user_id = $3 AND token_hash = ANY ($1) AND token_type::text = ANY ($2)
      ORDER BY created_at DESC LIMIT 1`,
    [hashes, types, userId],
  );
  return rows[0];
}
