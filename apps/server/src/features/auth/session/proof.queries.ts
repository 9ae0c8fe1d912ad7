import { statement } from "../../../platform/database/statement.ts";

export interface ProofRow {
  /** When the session last showed a secret, a factor or a mailbox. */
  proved_at: Date | null;
  has_password: boolean;
  has_totp: boolean;
  has_factor: boolean;
  is_anonymous: boolean;
}

/** The contract keeps the time of each proof of a session in `auth.mfa_amr_claims`; a recovery code is ours. */
export const findProof = statement<[sessionId: string, userId: string], ProofRow>(
  `select greatest(
      (select max(updated_at) from auth.mfa_amr_claims where session_id = $1),
      (select created_at from holdfast.recovered_sessions where session_id = $1)) as proved_at,
    coalesce(u.encrypted_password, '') <> '' as has_password,
    exists (select from auth.mfa_factors where user_id = u.id and status = 'verified' and factor_type = 'totp') as has_totp,
    exists (select from auth.mfa_factors where user_id = u.id and status = 'verified') as has_factor,
    u.is_anonymous
   from auth.users u where u.id = $2`,
);

export const noteProof = statement<[sessionId: string, method: "password", now: Date]>(
  `insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
   values (gen_random_uuid(), $1, $3, $3, $2)
   on conflict (session_id, authentication_method) do update set updated_at = excluded.updated_at`,
);

export const findFactorStatus = statement<[factorId: string, userId: string], { status: string }>(
  "select status from auth.mfa_factors where id = $1 and user_id = $2",
);
