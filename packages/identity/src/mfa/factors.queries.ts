import type { Database } from "../database.ts";
import type { Ceremony } from "../webauthn/ceremony.ts";

export interface FactorRow {
  id: string;
  user_id: string;
  status: "unverified" | "verified";
  factor_type: "totp" | "phone" | "webauthn";
  secret: string | null;
}

export async function findFactor(db: Database, userId: string, factorId: string): Promise<FactorRow | undefined> {
  const { rows } = await db.query<FactorRow>(
    "SELECT id, user_id, status, factor_type, secret FROM auth.mfa_factors WHERE user_id = $1 AND id = $2",
    [userId, factorId],
  );
  return rows[0];
}

/** @param factor `secret` for TOTP alone @throws SQLSTATE 23505 when the person has a factor of that name. */
export async function insertFactor(
  db: Database,
  factor: {
    id: string;
    userId: string;
    type: "totp" | "webauthn";
    friendlyName: string;
    secret: string | null;
    now: Date;
  },
): Promise<void> {
  await db.query(
    `INSERT INTO auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)
     VALUES ($1, $2, $3, $4::auth.factor_type, 'unverified', $5, $6, $6)`,
    [factor.id, factor.userId, factor.friendlyName, factor.type, factor.secret, factor.now],
  );
}

export async function verifyFactor(db: Database, factorId: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.mfa_factors SET status = 'verified', updated_at = $2 WHERE id = $1", [factorId, now]);
}

export async function renameFactor(db: Database, factorId: string, friendlyName: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.mfa_factors SET friendly_name = $2, updated_at = $3 WHERE id = $1", [
    factorId,
    friendlyName,
    now,
  ]);
}

/** Enrolments that were begun before and never finished. */
export async function deleteUnverifiedFactors(
  db: Database,
  userId: string,
  type: FactorRow["factor_type"],
  before: Date,
): Promise<void> {
  await db.query(
    `DELETE FROM auth.mfa_factors
      WHERE user_id = $1 AND status = 'unverified' AND factor_type = $2::auth.factor_type AND created_at < $3`,
    [userId, type, before],
  );
}

/** How Supabase Auth names each kind in the `amr` claim. */
export const methodOf = { totp: "totp", phone: "mfa/phone", webauthn: "mfa/webauthn" } as const;

/** Sessions that this factor raised fall back to what they were before. */
export async function deleteFactor(db: Database, factor: FactorRow): Promise<void> {
  await db.query("DELETE FROM auth.mfa_factors WHERE id = $1", [factor.id]);
  await db.query(
    `DELETE FROM auth.mfa_amr_claims a USING auth.sessions s
      WHERE a.session_id = s.id AND s.user_id = $1 AND s.factor_id = $2 AND a.authentication_method = $3`,
    [factor.user_id, factor.id, methodOf[factor.factor_type]],
  );
  await db.query("UPDATE auth.sessions SET aal = 'aal1', factor_id = NULL WHERE user_id = $1 AND factor_id = $2", [
    factor.user_id,
    factor.id,
  ]);
}

export async function raiseSession(db: Database, sessionId: string, factorId: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.sessions SET aal = 'aal2', factor_id = $2, updated_at = $3 WHERE id = $1", [
    sessionId,
    factorId,
    now,
  ]);
}

/** Sessions that were opened by the password alone end when a second factor comes into use. */
export async function deleteLowSessions(db: Database, userId: string): Promise<void> {
  await db.query("DELETE FROM auth.sessions WHERE user_id = $1 AND (aal IS NULL OR aal < 'aal2')", [userId]);
}

export interface ChallengeRow {
  id: string;
  created_at: Date;
  verified_at: Date | null;
  ip: string;
  ceremony: Ceremony | null;
}

export async function insertChallenge(
  db: Database,
  challenge: { id: string; factorId: string; ip: string; ceremony: Ceremony | null; now: Date },
): Promise<void> {
  const { id, factorId, now, ip, ceremony } = challenge;
  // Before the row that refers to it: two challenges at once would wait for each other in a circle.
  // The column is unique over all factors, so an instant that another one has is left to it.
  await db.query(
    `UPDATE auth.mfa_factors SET last_challenged_at = $2
      WHERE id = $1 AND NOT EXISTS (SELECT FROM auth.mfa_factors WHERE last_challenged_at = $2)`,
    [factorId, now],
  );
  await db.query(
    `INSERT INTO auth.mfa_challenges (id, factor_id, created_at, ip_address, web_authn_session_data)
     VALUES ($1, $2, $3, $4, $5)`,
    [id, factorId, now, ip, ceremony && JSON.stringify(ceremony)],
  );
}

export async function findChallenge(
  db: Database,
  factorId: string,
  challengeId: string,
): Promise<ChallengeRow | undefined> {
  const { rows } = await db.query<ChallengeRow>(
    `SELECT id, created_at, verified_at, host(ip_address) AS ip, web_authn_session_data AS ceremony FROM auth.mfa_challenges
      WHERE factor_id = $1 AND id = $2 FOR UPDATE`,
    [factorId, challengeId],
  );
  return rows[0];
}

/**
 * Notes that the challenge was met with the code of this time step, in `otp_code`, which is free for TOTP.
 *
 * @returns false when a code of this step or a later one was used before: a code is good for one use.
 */
export async function spendChallenge(
  db: Database,
  spent: { challengeId: string; factorId: string; step: number; now: Date },
): Promise<boolean> {
  await db.query("SELECT FROM auth.mfa_factors WHERE id = $1 FOR UPDATE", [spent.factorId]);
  const { rowCount } = await db.query(
    `UPDATE auth.mfa_challenges SET verified_at = $3, otp_code = $4
      WHERE id = $1 AND NOT EXISTS (
        SELECT FROM auth.mfa_challenges c WHERE c.factor_id = $2 AND c.otp_code ~ '^[0-9]+$' AND c.otp_code::bigint >= $4::bigint)`,
    [spent.challengeId, spent.factorId, spent.now, String(spent.step)],
  );
  return rowCount === 1;
}

/** Challenges that can no longer be met, nor are needed to tell a code that was used. */
export async function deleteOldChallenges(db: Database, factorId: string, before: Date): Promise<void> {
  await db.query("DELETE FROM auth.mfa_challenges WHERE factor_id = $1 AND created_at < $2", [factorId, before]);
}
