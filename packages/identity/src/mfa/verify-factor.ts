import { writeAudit } from "../audit/audit.queries.ts";
import { type Database, inTransaction } from "../database.ts";
import { forbidden, isVerdict, unprocessable } from "../errors.ts";
import { type Caller, type Identity, reportSignIn } from "../service.ts";
import type { SignedIn } from "../sessions/bearer.ts";
import { type IssuedSession, inet, sessionResponse } from "../sessions/issue-session.ts";
import { rotateRefreshToken } from "../sessions/rotate-refresh-token.ts";
import { addAuthenticationMethod, findSession } from "../sessions/sessions.queries.ts";
import { attemptAccount } from "../throttle/attempt.ts";
import { findUserById } from "../users/users.queries.ts";
import {
  type ChallengeRow,
  deleteLowSessions,
  deleteUnverifiedFactors,
  type FactorRow,
  findChallenge,
  verifyFactor as markVerified,
  methodOf,
  raiseSession,
} from "./factors.queries.ts";

/** Looks at what was given for an open challenge, and uses the challenge up. @throws IdentityError mfa_verification_failed */
export type FactorProof = (db: Database, challenge: ChallengeRow, now: Date) => Promise<void>;

/**
 * Raises the session to aal2, with new tokens. The first success makes the factor count from then on. Sessions of the
 * person that did not prove a second factor end.
 *
 * @throws IdentityError 422 (mfa_verification_failed, mfa_challenge_expired, mfa_ip_address_mismatch,
 *   mfa_factor_not_found), 429 over_request_rate_limit
 */
export async function verifyFactor(
  identity: Identity,
  signedIn: SignedIn,
  factor: FactorRow,
  challengeId: string,
  caller: Caller,
  prove: FactorProof,
): Promise<IssuedSession> {
  const { user, session } = signedIn;
  const report = (outcome: string) =>
    reportSignIn(identity, {
      userId: user.id,
      sessionId: outcome === "success" ? session.id : null,
      email: user.email,
      method: factor.factor_type,
      outcome,
      ...caller,
    });
  const raise = () =>
    inTransaction(identity.pool, async (db) => {
      const now = identity.now();
      await prove(db, requireOpen(identity, await findChallenge(db, factor.id, challengeId), caller), now);
      const traits = { factor_id: factor.id, challenge_id: challengeId, factor_type: factor.factor_type };
      await writeAudit(db, "verification_attempted", user, caller, now, traits);
      if (factor.status === "unverified") await markVerified(db, factor.id, now);

      const child = await rotateRefreshToken(identity, db, session.id);
      if (child === null) throw sessionGone();
      await addAuthenticationMethod(db, session.id, methodOf[factor.factor_type], now);
      await raiseSession(db, session.id, factor.id, now);
      await deleteLowSessions(db, user.id);
      await deleteUnverifiedFactors(db, user.id, factor.factor_type, now);

      const raised = await findSession(db, session.id);
      const fresh = await findUserById(db, user.id);
      if (raised === undefined || fresh === undefined) throw sessionGone();
      return {
        response: await sessionResponse(identity, fresh, raised, child),
        userId: user.id,
        sessionId: session.id,
      };
    });
  try {
    const issued = await attemptAccount(identity, "mfa", user.id, raise);
    await report("success");
    return issued;
  } catch (error) {
    if (isVerdict(error)) await report(error.code);
    throw error;
  }
}

function requireOpen(identity: Identity, challenge: ChallengeRow | undefined, caller: Caller): ChallengeRow {
  if (challenge === undefined) {
    throw unprocessable("mfa_factor_not_found", "MFA factor with the provided challenge ID not found");
  }
  if (challenge.verified_at !== null || challenge.ip !== challengeAddress(caller)) {
    throw unprocessable("mfa_ip_address_mismatch", "Challenge and verify IP addresses mismatch.");
  }
  const expiry = challenge.created_at.getTime() + identity.config.mfa.challengeExpiry * 1000;
  if (identity.now().getTime() > expiry) {
    const hint = "verify against another challenge or create a new challenge.";
    throw unprocessable("mfa_challenge_expired", `MFA challenge ${challenge.id} has expired, ${hint}`);
  }
  return challenge;
}

/** The column takes no NULL, and a caller over a socket file has no address. */
export const challengeAddress = (caller: Caller) => inet(caller.ip) ?? "0.0.0.0";

const sessionGone = () => forbidden("session_not_found", "Session from session_id claim in JWT does not exist");
