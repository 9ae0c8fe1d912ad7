import { statement } from "../../../platform/database/statement.ts";

export interface FactorRow {
  id: string;
  friendly_name: string | null;
  created_at: Date;
  last_challenged_at: Date | null;
}

/** Oldest first. Other kinds than TOTP come by the contract's own endpoints; they are not ours to set up, but they can be used and removed. */
export const listFactors = statement<[userId: string, kind: "totp" | "webauthn" | "any"], FactorRow>(
  `select id, friendly_name, created_at, last_challenged_at from auth.mfa_factors
   where user_id = $1 and status = 'verified' and ($2 = 'any' or factor_type::text = $2) order by created_at, id`,
);

export const findFactor = statement<[id: string, userId: string], { id: string }>(
  "select id from auth.mfa_factors where id = $1 and user_id = $2",
);

/** The session counts as one that has shown its second factor. */
export const markRecovered = statement<[sessionId: string, userId: string, now: Date]>(
  `insert into holdfast.recovered_sessions (session_id, user_id, created_at) values ($1, $2, $3)
   on conflict (session_id) do update set created_at = excluded.created_at`,
);

export const deleteEndedRecoveredSessions = statement(
  "delete from holdfast.recovered_sessions r where not exists (select from auth.sessions where id = r.session_id)",
);

export const insertRecoveryCodes = statement<[userId: string, hashes: Buffer[], now: Date]>(
  "insert into holdfast.recovery_codes (user_id, code_hash, created_at) select $1, unnest($2::bytea[]), $3",
);

export const markRecoveryCodeUsed = statement<[userId: string, hash: Buffer, now: Date]>(
  "update holdfast.recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null",
);

export const findUnusedRecoveryCodes = statement<[userId: string], { code_hash: Buffer }>(
  "select code_hash from holdfast.recovery_codes where user_id = $1 and used_at is null",
);

export const deleteRecoveryCodes = statement<[userId: string]>(
  "delete from holdfast.recovery_codes where user_id = $1",
);
