import type { Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { LoginHistory } from "../history/login-history.ts";
import type { Caller, IdentityClient } from "../identity/identity-client.ts";
import { endSession } from "../session/end-session.ts";
import type { Throttle } from "../throttle/throttle.ts";

export interface PasswordProofDeps {
  identity: IdentityClient;
  throttle: Throttle;
  history: LoginHistory;
}

/**
 * Does what a stolen session must not be able to do: asks for the current password first. The contract checks a password only by signing
 * in; the session that this makes has ended before `work` begins.
 *
 * @param method how the login history names a failure
 * @throws ProblemError invalid_credentials, rate_limited, server_busy; and whatever `work` throws
 */
export async function withPasswordProof<Result>(
  deps: PasswordProofDeps,
  { userId, email }: Pick<Principal, "userId" | "email">,
  password: string,
  method: string,
  caller: Caller,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const proof = await deps.throttle.attempt("password", { account: userId, ip: caller.ip }, async () => ({
      counted: "success",
      result: await deps.identity.signIn(email, password, caller),
    }));
    await endSession(deps, proof, caller);
  } catch (error) {
    await deps.history.recordFailure(email, method, error, caller);
    if (error instanceof ProblemError && error.code === "invalid_credentials") {
      throw new ProblemError("invalid_credentials", "The current password is wrong.", { cause: error });
    }
    throw error;
  }
  return work();
}
