import { unprocessable } from "../errors.ts";
import { type FactorRow, spendChallenge } from "./factors.queries.ts";
import { matchTotp } from "./totp.ts";
import type { FactorProof } from "./verify-factor.ts";

/** A code of the factor's authenticator, good for one use. */
export function totpProof(factor: FactorRow, code: string): FactorProof {
  return async (db, { id: challengeId }, now) => {
    const step = matchTotp(factor.secret ?? "", code, now);
    if (step === undefined || !(await spendChallenge(db, { challengeId, factorId: factor.id, step, now }))) {
      throw unprocessable("mfa_verification_failed", "Invalid TOTP code entered");
    }
  };
}
