import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import { withPasswordProof } from "../password/password-proof.ts";
import { showCode, showRecoveryCode } from "../second-factor/second-step.ts";
import { noteProof } from "../session/proof.queries.ts";
import { type ProofState, proofRequired } from "../session/recent-proof.ts";

export interface GivenProof {
  password?: string | undefined;
  code?: string | undefined;
  recoveryCode?: string | undefined;
}

/**
 * Proves once more who holds the session, with all that the account has: another way to prove it (a passkey) is one more branch here.
 *
 * @returns new tokens where the contract made some
 * @throws ProblemError invalid_request, invalid_credentials, mfa_code_wrong, recent_proof_required where there is nothing to prove it by
 */
export async function prove(
  deps: AuthDeps,
  principal: Principal,
  accessToken: string,
  given: GivenProof,
  caller: Caller,
  origin: Origin,
): Promise<{ until: Date; grant: Grant | null }> {
  const { db, clock, recentProof } = deps;
  const { userId, sessionId } = principal;
  requireGiven(await recentProof.stateOf(principal), given);
  let grant: Grant | null = null;
  if (given.password !== undefined) {
    await withPasswordProof(deps, principal, given.password, "prove", caller, async () => {});
  }
  if (given.code !== undefined || given.recoveryCode !== undefined) {
    grant = await deps.throttle.attempt("mfa", { account: userId, ip: caller.ip }, async () => ({
      counted: "success",
      result: await showSecondFactor(deps, principal, accessToken, given, caller),
    }));
  }
  if (given.password !== undefined) await noteProof.all(db, sessionId, "password", clock.now());
  deps.principals.forget(userId);
  await audit(db, origin, { action: "session.prove", targetId: sessionId });
  const { until } = await recentProof.stateOf(principal);
  if (until === null) throw proofRequired();
  return { until, grant };
}

function requireGiven(state: ProofState, { password, code, recoveryCode }: GivenProof): void {
  if (!state.password && !state.code) throw proofRequired("Sign in again, then do this once more.");
  if (state.password !== (password !== undefined)) {
    throw new ProblemError("invalid_request", state.password ? "Send your password." : "This account has no password.");
  }
  const shown = [code, recoveryCode].filter((each) => each !== undefined).length;
  if (shown === (state.code ? 1 : 0)) return;
  const missing = "Send the code that your authenticator app shows, or a recovery code.";
  throw new ProblemError("invalid_request", state.code ? missing : "This account has no authenticator.");
}

async function showSecondFactor(
  deps: AuthDeps,
  { userId, sessionId }: Principal,
  accessToken: string,
  { code, recoveryCode }: GivenProof,
  caller: Caller,
): Promise<Grant | null> {
  if (code !== undefined) return showCode(deps, { userId, accessToken }, code, caller);
  await showRecoveryCode(deps, { userId, sessionId }, recoveryCode as string);
  return null;
}
