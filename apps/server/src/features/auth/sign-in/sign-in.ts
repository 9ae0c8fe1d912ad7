import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import { noteSignIn } from "../notices/new-device.ts";
import { endSession } from "../session/end-session.ts";
import { type SignedIn, signedIn } from "../session/signed-in.ts";

/** @throws ProblemError invalid_credentials, user_disabled, email_not_confirmed, mfa_required, rate_limited */
export async function signIn(deps: AuthDeps, email: string, password: string, caller: Caller): Promise<SignedIn> {
  const { throttle, identity, history } = deps;
  try {
    const grant = await throttle.attempt("sign-in", { account: email, ip: caller.ip }, async () => ({
      counted: "success",
      result: await identity.signIn(email, password, caller),
    }));
    return await acceptSession(deps, grant, email, caller, () =>
      noteSignIn(deps, { userId: grant.userId, email, method: "password" }, caller),
    );
  } catch (error) {
    await history.recordFailure(email, "password", error, caller);
    throw error;
  }
}

/**
 * Accepts a session that was just made, or ends it. One that needs a second step stays: its password was right, and it opens nothing yet.
 * @param note what is to be done before it is handed out
 * @throws ProblemError mfa_required with a challenge, user_disabled, approval_pending, session_ended
 */
export async function acceptSession(
  deps: AuthDeps,
  grant: Grant,
  email: string,
  caller: Caller,
  note: () => Promise<void> = async () => {},
): Promise<SignedIn> {
  try {
    const result = await signedIn(deps, grant);
    await note();
    return result;
  } catch (error) {
    if (error instanceof ProblemError && error.code === "mfa_required") {
      const challenge = deps.challenges.seal({ ...grant, email });
      throw new ProblemError("mfa_required", "Enter the code that your authenticator app shows.", { challenge });
    }
    await endSession(deps, grant, caller);
    throw error;
  }
}

/** @throws ProblemError session_ended, user_disabled, rate_limited */
export function refreshSession(deps: AuthDeps, refreshToken: string, caller: Caller): Promise<SignedIn> {
  return deps.throttle.attempt("refresh", { ip: caller.ip }, async () => ({
    counted: "success",
    result: await signedIn(deps, await deps.renewals.renew(refreshToken, caller)),
  }));
}
