import type { PasskeyAnswer } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import { noteSignIn } from "../notices/new-device.ts";
import { type SignedIn, signedIn } from "../session/signed-in.ts";
import { finishWithPasskey } from "./passkey-step.ts";
import { spendRecoveryCode } from "./recovery-codes.ts";
import { listFactors, markRecovered } from "./second-factor.queries.ts";
import type { HalfSession } from "./sign-in-challenge.ts";

export interface SecondStep {
  challenge: string;
  code?: string | undefined;
  passkey?: PasskeyAnswer | undefined;
  recoveryCode?: string | undefined;
}

/**
 * The second step of a sign-in. An authenticator's code makes the session a full one by the contract; a passkey opens a full one in its
 * place; a recovery code, which the contract does not know, is used up and noted for the session by us.
 *
 * @throws ProblemError mfa_challenge_expired, mfa_code_wrong, passkey_refused, passkey_challenge_expired, invalid_request, session_ended,
 *   user_disabled, rate_limited
 */
export async function finishSignIn(
  deps: AuthDeps,
  { challenge, code, passkey, recoveryCode }: SecondStep,
  caller: Caller,
): Promise<SignedIn> {
  const { throttle, history } = deps;
  if ([code, passkey, recoveryCode].filter((given) => given !== undefined).length !== 1) {
    throw new ProblemError("invalid_request", "Send one of code, passkey and recoveryCode.");
  }
  const half = deps.challenges.open(challenge);
  const { userId, email } = half;
  const method = passkey ? "passkey" : code === undefined ? "recovery-code" : "totp";
  const prove = () => {
    if (passkey) return finishWithPasskey(deps, half, passkey, caller);
    return code === undefined ? recover(deps, half, recoveryCode as string) : showCode(deps, half, code, caller);
  };
  const parts = { account: userId, ip: caller.ip };
  const grant = await throttle
    .attempt("mfa", parts, async () => ({ counted: "success", result: await prove() }))
    .catch(async (error: unknown) => {
      await history.recordFailure(email, method, error, caller);
      throw error;
    });
  deps.principals.forget(userId);
  const result = await signedIn(deps, grant);
  await noteSignIn(deps, { userId, email, method }, caller);
  return result;
}

/** Each authenticator has its own code, and people do not say which one they hold. */
export async function showCode(
  deps: AuthDeps,
  half: Pick<HalfSession, "userId" | "accessToken">,
  code: string,
  caller: Caller,
): Promise<Grant> {
  let refusal: unknown = new ProblemError("session_ended", "The second factor is gone. Sign in again.");
  for (const { id } of await listFactors.all(deps.db, half.userId, "totp")) {
    try {
      return await deps.identity.verifyTotp(half.accessToken, id, code, caller);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== "mfa_code_wrong") throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function recover(deps: AuthDeps, half: HalfSession, recoveryCode: string): Promise<Grant> {
  await showRecoveryCode(deps, await deps.verifier.verify(half.accessToken), recoveryCode);
  return half;
}

/** Uses the code up, and notes for the session that it was shown. @throws ProblemError mfa_code_wrong */
export async function showRecoveryCode(
  { db, clock }: Pick<AuthDeps, "db" | "clock">,
  { sessionId, userId }: { sessionId: string; userId: string },
  recoveryCode: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const left = await spendRecoveryCode(tx, userId, recoveryCode, clock.now());
    if (left === null) throw new ProblemError("mfa_code_wrong", "The recovery code is wrong, or was used before.");
    await markRecovered.all(tx, sessionId, userId, clock.now());
    const origin = { actorId: userId, ip: null, requestId: null };
    await audit(tx, origin, { action: "factor.recovery_code_used", targetId: userId, detail: { left } });
  });
}
