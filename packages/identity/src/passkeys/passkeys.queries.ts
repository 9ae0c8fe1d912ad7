import { type Database, instanceId } from "../database.ts";
import type { KnownCredential, NewCredential } from "../webauthn/ceremony.ts";

export interface PasskeyRow extends KnownCredential {
  passkeyId: string;
  userId: string;
}

/** As clients see it. */
export interface PasskeyItem {
  id: string;
  friendly_name: string;
  created_at: Date;
  last_used_at: Date | null;
}

interface CredentialRow {
  id: string;
  user_id: string;
  credential_id: Buffer;
  public_key: Buffer;
  sign_count: string;
  transports: string[];
}

const columns = "id, user_id, credential_id, public_key, sign_count, transports";

const toPasskey = (row: CredentialRow): PasskeyRow => ({
  passkeyId: row.id,
  userId: row.user_id,
  id: row.credential_id.toString("base64url"),
  publicKey: new Uint8Array(row.public_key),
  signCount: Number(row.sign_count),
  transports: row.transports,
});

/** Oldest first. */
export async function findPasskeys(db: Database, userId: string): Promise<PasskeyRow[]> {
  const { rows } = await db.query<CredentialRow>(
    `SELECT ${columns} FROM auth.webauthn_credentials WHERE user_id = $1 ORDER BY created_at, id`,
    [userId],
  );
  return rows.map(toPasskey);
}

export async function findPasskeyByCredential(db: Database, credentialId: string): Promise<PasskeyRow | undefined> {
  const { rows } = await db.query<CredentialRow>(
    `SELECT ${columns} FROM auth.webauthn_credentials WHERE credential_id = $1`,
    [Buffer.from(credentialId, "base64url")],
  );
  return rows[0] && toPasskey(rows[0]);
}

export async function listPasskeys(db: Database, userId: string): Promise<PasskeyItem[]> {
  const { rows } = await db.query<PasskeyItem>(
    `SELECT id, friendly_name, created_at, last_used_at FROM auth.webauthn_credentials
      WHERE user_id = $1 ORDER BY created_at, id`,
    [userId],
  );
  return rows;
}

/** Locks the account, so that what is counted next stays true until the end of the transaction. */
export async function countPasskeys(db: Database, userId: string): Promise<number> {
  await db.query("SELECT FROM auth.users WHERE instance_id = $1 AND id = $2 FOR NO KEY UPDATE", [instanceId, userId]);
  const { rows } = await db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM auth.webauthn_credentials WHERE user_id = $1",
    [userId],
  );
  return rows[0]?.n ?? 0;
}

/** @throws SQLSTATE 23505 where the credential is known already, of whomever */
export async function insertPasskey(
  db: Database,
  passkey: { id: string; userId: string; name: string; credential: NewCredential; now: Date },
): Promise<void> {
  const { credential } = passkey;
  await db.query(
    `INSERT INTO auth.webauthn_credentials (id, user_id, credential_id, public_key, attestation_type, aaguid, sign_count, transports,
       backup_eligible, backed_up, friendly_name, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'none', $5, $6, $7, $8, $9, $10, $11, $11)`,
    [
      ...[passkey.id, passkey.userId, Buffer.from(credential.id, "base64url"), Buffer.from(credential.publicKey)],
      ...[credential.aaguid, credential.signCount, JSON.stringify(credential.transports)],
      ...[credential.backupEligible, credential.backedUp, passkey.name, passkey.now],
    ],
  );
}

/** @returns false where the count has not grown since it was read: two used one copy each */
export async function notePasskeyUse(
  db: Database,
  use: { passkeyId: string; signCount: number; backedUp: boolean; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE auth.webauthn_credentials SET sign_count = $2, backed_up = $3, last_used_at = $4, updated_at = $4
      WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))`,
    [use.passkeyId, use.signCount, use.backedUp, use.now],
  );
  return rowCount === 1;
}

export async function renamePasskey(
  db: Database,
  passkey: { id: string; userId: string; name: string; now: Date },
): Promise<PasskeyItem | undefined> {
  const { rows } = await db.query<PasskeyItem>(
    `UPDATE auth.webauthn_credentials SET friendly_name = $3, updated_at = $4 WHERE id = $1 AND user_id = $2
     RETURNING id, friendly_name, created_at, last_used_at`,
    [passkey.id, passkey.userId, passkey.name, passkey.now],
  );
  return rows[0];
}

export async function deletePasskey(db: Database, id: string, userId: string): Promise<boolean> {
  const { rowCount } = await db.query("DELETE FROM auth.webauthn_credentials WHERE id = $1 AND user_id = $2", [
    id,
    userId,
  ]);
  return rowCount === 1;
}

/** The session that added a passkey has shown what the passkey will show. */
export async function raiseSessionByPasskey(db: Database, sessionId: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.sessions SET aal = 'aal2', updated_at = $2 WHERE id = $1 AND aal = 'aal1'", [
    sessionId,
    now,
  ]);
}
