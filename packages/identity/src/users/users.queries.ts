import { type Database, instanceId } from "../database.ts";
import type { UserRecord } from "./users.records.ts";

/**
 * Token columns are coalesced because rows that people copied by hand sometimes have NULL there. Times inside of JSON are
 * written in UTC whatever the connection's time zone.
 */
const userColumns = `
  u.id, coalesce(u.aud, '') AS aud, coalesce(u.role, '') AS role, u.email, u.encrypted_password, u.email_confirmed_at,
  u.invited_at, u.confirmation_sent_at, u.recovery_sent_at, u.email_change_sent_at, u.last_sign_in_at, u.created_at,
  u.updated_at, u.phone, u.phone_confirmed_at, u.confirmed_at, u.banned_until, u.reauthentication_sent_at,
  u.is_sso_user, u.deleted_at, u.is_anonymous,
  coalesce(u.confirmation_token, '') AS confirmation_token, coalesce(u.recovery_token, '') AS recovery_token,
  coalesce(u.email_change, '') AS email_change, coalesce(u.email_change_token_new, '') AS email_change_token_new,
  coalesce(u.email_change_token_current, '') AS email_change_token_current,
  coalesce(u.email_change_confirm_status, 0) AS email_change_confirm_status,
  coalesce(u.reauthentication_token, '') AS reauthentication_token,
  coalesce(u.raw_app_meta_data, '{}') AS raw_app_meta_data, coalesce(u.raw_user_meta_data, '{}') AS raw_user_meta_data,
  (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'provider', i.provider, 'email', i.email,
      'last_sign_in_at', to_char(i.last_sign_in_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'created_at', to_char(i.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'updated_at', to_char(i.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )) || jsonb_build_object('identity_data', i.identity_data) ORDER BY i.created_at, i.id), '[]')
   FROM auth.identities i WHERE i.user_id = u.id) AS identities,
  (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', f.id, 'status', f.status, 'friendly_name', nullif(f.friendly_name, ''), 'factor_type', f.factor_type,
      'phone', coalesce(f.phone, ''),
      'last_challenged_at', to_char(f.last_challenged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'created_at', to_char(f.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'updated_at', to_char(f.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )) ORDER BY f.created_at, f.id), '[]')
   FROM auth.mfa_factors f WHERE f.user_id = u.id) AS factors`;

export async function findUserById(db: Database, id: string): Promise<UserRecord | undefined> {
  const { rows } = await db.query<UserRecord>(
    `SELECT ${userColumns} FROM auth.users u WHERE u.instance_id = $1 AND u.id = $2`,
    [instanceId, id],
  );
  return rows[0];
}

/** The account of an address, in lower case. Accounts of SAML providers are apart and never found here. */
export async function findUserByEmail(db: Database, email: string): Promise<UserRecord | undefined> {
  const { rows } = await db.query<UserRecord>(
    `SELECT ${userColumns} FROM auth.users u
      WHERE u.instance_id = $1 AND lower(u.email) = $2 AND u.aud = 'authenticated' AND NOT u.is_sso_user`,
    [instanceId, email],
  );
  return rows[0];
}

/**
 * The account that an address belongs to, by itself or by an identity whose provider vouches for the address. What an
 * identity merely claims counts for nothing: else a person could lie in wait with somebody else's address.
 */
export async function findUserHoldingEmail(db: Database, email: string): Promise<UserRecord | undefined> {
  const { rows } = await db.query<UserRecord>(
    `SELECT ${userColumns} FROM auth.users u
      WHERE u.instance_id = $1 AND u.aud = 'authenticated' AND NOT u.is_sso_user
        AND u.id IN (
          SELECT e.id FROM auth.users e WHERE e.instance_id = $1 AND lower(e.email) = $2
          UNION ALL
          SELECT i.user_id FROM auth.identities i WHERE i.email = $2 AND i.identity_data -> 'email_verified' = 'true')
      ORDER BY (lower(u.email) = $2) DESC
      LIMIT 1`,
    [instanceId, email],
  );
  return rows[0];
}

export interface UserPage {
  users: UserRecord[];
  total: number;
}

export async function listUsers(
  db: Database,
  page: { filter: string; ascending: boolean; limit: number; offset: number },
): Promise<UserPage> {
  const pattern = page.filter === "" ? null : `%${page.filter.replace(/[\\%_]/g, "\\$&")}%`;
  const where = `u.instance_id = $1 AND u.aud = 'authenticated'
    AND ($2::text IS NULL OR u.email ILIKE $2 OR u.raw_user_meta_data ->> 'full_name' ILIKE $2)`;
  const direction = page.ascending ? "ASC" : "DESC";
  const [found, counted] = await Promise.all([
    db.query<UserRecord>(
      `SELECT ${userColumns} FROM auth.users u WHERE ${where}
        ORDER BY u.created_at ${direction}, u.id ${direction} LIMIT $3 OFFSET $4`,
      [instanceId, pattern, page.limit, page.offset],
    ),
    db.query<{ total: string }>(`SELECT count(*) AS total FROM auth.users u WHERE ${where}`, [instanceId, pattern]),
  ]);
  return { users: found.rows, total: Number(counted.rows[0]?.total ?? 0) };
}

export interface NewUser {
  id: string;
  email: string | null;
  role?: string;
  passwordHash: string | null;
  appMetadata: Record<string, unknown>;
  userMetadata: Record<string, unknown>;
  emailConfirmedAt?: Date | null;
  invitedAt?: Date | null;
  bannedUntil?: Date | null;
  isAnonymous?: boolean;
  now: Date;
}

/** Token columns are '' and never NULL, since Supabase Auth cannot read NULL there. */
export async function insertUser(db: Database, user: NewUser): Promise<void> {
  await db.query(
    `INSERT INTO auth.users (
       instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, invited_at, raw_app_meta_data,
       raw_user_meta_data, banned_until, is_anonymous, created_at, updated_at,
       confirmation_token, recovery_token, email_change_token_new, email_change_token_current, email_change,
       phone_change, phone_change_token, reauthentication_token)
     VALUES ($1, $2, 'authenticated', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, '', '', '', '', '', '', '', '')`,
    [
      instanceId,
      user.id,
      user.role ?? "authenticated",
      user.email,
      user.passwordHash,
      user.emailConfirmedAt ?? null,
      user.invitedAt ?? null,
      JSON.stringify(user.appMetadata),
      JSON.stringify(user.userMetadata),
      user.bannedUntil ?? null,
      user.isAnonymous ?? false,
      user.now,
    ],
  );
}

/** Merges the first level of an object into a metadata column; a null removes its key. */
export async function mergeMetadata(
  db: Database,
  userId: string,
  column: "raw_user_meta_data" | "raw_app_meta_data",
  changes: Record<string, unknown>,
  now: Date,
): Promise<void> {
  const removed = Object.keys(changes).filter((key) => changes[key] === null);
  const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
  await db.query(
    `UPDATE auth.users SET ${column} = (coalesce(${column}, '{}') || $2::jsonb) - $3::text[], updated_at = $4 WHERE id = $1`,
    [userId, JSON.stringify(set), removed, now],
  );
}

/** Confirms the address, and with that spends whatever was mailed before. */
export async function confirmEmail(db: Database, userId: string, now: Date): Promise<void> {
  await db.query(
    `UPDATE auth.users SET confirmation_token = '', email_confirmed_at = $2, updated_at = $2,
       raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || '{"email_verified": true}'
      WHERE id = $1`,
    [userId, now],
  );
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1", [userId]);
}

/** Sets the password and voids every mailed code, since the former password may have been known to somebody else. */
export async function setPassword(db: Database, userId: string, passwordHash: string | null, now: Date): Promise<void> {
  await db.query(
    `UPDATE auth.users SET encrypted_password = $2, updated_at = $3,
       confirmation_token = '', confirmation_sent_at = NULL, recovery_token = '', recovery_sent_at = NULL,
       email_change_token_current = '', email_change_token_new = '', email_change_sent_at = NULL,
       phone_change_token = '', phone_change_sent_at = NULL,
       reauthentication_token = '', reauthentication_sent_at = NULL
      WHERE id = $1`,
    [userId, passwordHash, now],
  );
  await db.query("DELETE FROM auth.one_time_tokens WHERE user_id = $1", [userId]);
}

/** A stronger hash of the password that was just given. Not a change of password: codes and sessions stay. */
export async function replacePasswordHash(db: Database, userId: string, former: string, hash: string): Promise<void> {
  await db.query("UPDATE auth.users SET encrypted_password = $3 WHERE id = $1 AND encrypted_password = $2", [
    userId,
    former,
    hash,
  ]);
}

export async function setInvited(db: Database, userId: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.users SET invited_at = $2, updated_at = $2 WHERE id = $1", [userId, now]);
}
