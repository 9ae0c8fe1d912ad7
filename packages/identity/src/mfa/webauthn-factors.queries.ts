import type { Database } from "../database.ts";
import { type KnownCredential, type NewCredential, toBase64 } from "../webauthn/ceremony.ts";

/** A factor's key as Supabase Auth keeps it, as far as it is needed. Bytes are base64. */
interface StoredCredential {
  id: string;
  publicKey: string;
  transport: string[] | null;
  authenticator: { signCount: number };
}

export interface FactorCredential extends KnownCredential {
  factorId: string;
}

/** Of the verified factors of a person. */
export async function findFactorCredentials(db: Database, userId: string): Promise<FactorCredential[]> {
  const { rows } = await db.query<{ id: string; credential: StoredCredential }>(
    `SELECT id, web_authn_credential AS credential FROM auth.mfa_factors
      WHERE user_id = $1 AND factor_type = 'webauthn' AND status = 'verified' AND web_authn_credential IS NOT NULL
      ORDER BY created_at, id`,
    [userId],
  );
  return rows.map(({ id, credential }) => ({
    factorId: id,
    id: Buffer.from(credential.id, "base64").toString("base64url"),
    publicKey: new Uint8Array(Buffer.from(credential.publicKey, "base64")),
    transports: credential.transport ?? [],
    signCount: credential.authenticator.signCount,
  }));
}

export async function saveFactorCredential(
  db: Database,
  factorId: string,
  credential: NewCredential,
  now: Date,
): Promise<void> {
  const stored = {
    id: toBase64(credential.id),
    publicKey: Buffer.from(credential.publicKey).toString("base64"),
    attestationType: "none",
    transport: credential.transports,
    flags: {
      userPresent: true,
      userVerified: credential.userVerified,
      backupEligible: credential.backupEligible,
      backupState: credential.backedUp,
    },
    authenticator: {
      AAGUID: Buffer.from(credential.aaguid.replaceAll("-", ""), "hex").toString("base64"),
      signCount: credential.signCount,
      cloneWarning: false,
      attachment: "",
    },
  };
  await db.query(
    "UPDATE auth.mfa_factors SET web_authn_credential = $2, web_authn_aaguid = $3, updated_at = $4 WHERE id = $1",
    [factorId, JSON.stringify(stored), credential.aaguid, now],
  );
}

/** @returns false where the count has not grown since it was read */
export async function noteFactorUse(
  db: Database,
  use: { factorId: string; signCount: number; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE auth.mfa_factors SET updated_at = $3,
       web_authn_credential = jsonb_set(web_authn_credential, '{authenticator,signCount}', to_jsonb($2::bigint))
      WHERE id = $1 AND ((web_authn_credential #>> '{authenticator,signCount}')::bigint < $2
        OR ($2 = 0 AND (web_authn_credential #>> '{authenticator,signCount}')::bigint = 0))`,
    [use.factorId, use.signCount, use.now],
  );
  return rowCount === 1;
}

/** A challenge is good for one answer. */
export async function takeChallenge(db: Database, challengeId: string): Promise<boolean> {
  return (await db.query("DELETE FROM auth.mfa_challenges WHERE id = $1", [challengeId])).rowCount === 1;
}
