import type { Database } from "../database.ts";
import type { EmailProof } from "./email-proof.ts";

export interface NewIdentity {
  userId: string;
  provider: string;
  /** The subject at the provider; the user's own id for `email`. */
  providerId: string;
  data: Record<string, unknown>;
  now: Date;
}

/** Adds the identity, or refreshes what is known of it. The email column is generated from the data. */
export async function putIdentity(db: Database, identity: NewIdentity): Promise<void> {
  await db.query(
    `INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $5, $5)
     ON CONFLICT (provider_id, provider) DO UPDATE
       SET identity_data = auth.identities.identity_data || excluded.identity_data,
           last_sign_in_at = excluded.last_sign_in_at, updated_at = excluded.updated_at
       WHERE auth.identities.user_id = excluded.user_id`,
    [identity.providerId, identity.userId, JSON.stringify(identity.data), identity.provider, identity.now],
  );
}

/** The data of the identity that stands for the account's own address. */
export function emailIdentityData(userId: string, email: string, verified: boolean): Record<string, unknown> {
  return { sub: userId, email, email_verified: verified, phone_verified: false };
}

/** Notes with the identities that carry the account's present address that it is proved, and how (see `emailProof`). */
export async function verifyEmailIdentities(
  db: Database,
  userId: string,
  by: Exclude<EmailProof, "provider">,
  now: Date,
): Promise<void> {
  await db.query(
    `UPDATE auth.identities i SET updated_at = $2,
       identity_data = i.identity_data || jsonb_build_object('email_verified', true, 'email_proof', $3::text)
       FROM auth.users u WHERE u.id = $1 AND i.user_id = u.id AND i.email = lower(u.email)`,
    [userId, now, by],
  );
}

/** Writes the providers of the account's identities into app_metadata, the oldest first. */
export async function syncProviders(db: Database, userId: string): Promise<void> {
  await db.query(
    `UPDATE auth.users u SET raw_app_meta_data = coalesce(u.raw_app_meta_data, '{}')
         || jsonb_build_object('provider', p.list -> 0, 'providers', p.list)
       FROM (SELECT jsonb_agg(provider ORDER BY first_at, provider) AS list
               FROM (SELECT provider, min(created_at) AS first_at FROM auth.identities WHERE user_id = $1 GROUP BY provider) i) p
      WHERE u.id = $1 AND p.list IS NOT NULL`,
    [userId],
  );
}
