import type { PasskeyAnswer } from "@holdfast/contract";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import type { PasskeyQuestion } from "../identity/identity-passkey-calls.ts";
import { endSession } from "../session/end-session.ts";
import { assertPasskey, beginAssertion } from "../webauthn/assert-passkey.ts";
import { listFactors } from "./second-factor.queries.ts";
import type { HalfSession } from "./sign-in-challenge.ts";

/**
 * How a half session can be finished. A passkey will do where the embedded service answers; a key that was enrolled as a factor of the
 * contract, everywhere.
 *
 * @throws ProblemError mfa_challenge_expired, rate_limited
 */
export async function startSecondStep(
  deps: AuthDeps,
  challenge: string,
  caller: Caller,
): Promise<{ app: boolean; passkey: PasskeyQuestion | null }> {
  const half = deps.challenges.open(challenge);
  await deps.throttle.spend("passkey", { ip: caller.ip });
  const app = (await listFactors.count(deps.db, half.userId, "totp")) > 0;
  const passkey = deps.remote ? null : await beginAssertion(deps, half.userId, caller);
  return { app, passkey: passkey ?? (await beginFactor(deps, half, caller)) };
}

/** The challenge of a factor is named with it. */
const separator = "/";

async function beginFactor(
  { db, identity }: AuthDeps,
  half: HalfSession,
  caller: Caller,
): Promise<PasskeyQuestion | null> {
  const [factor] = await listFactors.all(db, half.userId, "webauthn");
  if (!factor) return null;
  const { challengeId, options } = await identity.beginWebauthn(half.accessToken, factor.id, caller);
  return { challengeId: factor.id + separator + challengeId, options };
}

/** @returns the session that is a full one from now on @throws ProblemError passkey_refused, passkey_challenge_expired */
export async function finishWithPasskey(
  deps: AuthDeps,
  half: HalfSession,
  given: PasskeyAnswer,
  caller: Caller,
): Promise<Grant> {
  const [factorId = "", challengeId] = given.challengeId.split(separator);
  if (challengeId === undefined) {
    const grant = await assertPasskey(deps, half.userId, given, caller);
    await endSession(deps, half, caller);
    return grant;
  }
  const { accessToken } = half;
  return deps.identity
    .verifyWebauthn(accessToken, factorId, challengeId, given.credential, caller)
    .catch((error: unknown) => {
      if (!(error instanceof ProblemError) || error.code !== "mfa_code_wrong") throw error;
      throw new ProblemError("passkey_refused", "The security key was not accepted. Try again, or another way.", {
        cause: error,
      });
    });
}
