import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthServiceDeps } from "../auth.service.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import { requireStrongPassword } from "./password-policy.ts";

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/**
 * Sets a new password for who knows the present one. Every other session of the person ends; the one that asks goes on.
 * @throws ProblemError invalid_credentials, weak_password, rate_limited
 */
export async function changePassword(
  deps: Pick<
    AuthServiceDeps,
    "db" | "identity" | "throttle" | "history" | "principals" | "events" | "passwordMinLength"
  >,
  { userId, email }: Principal,
  accessToken: string,
  { currentPassword, newPassword }: PasswordChange,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  const { identity } = deps;
  requireStrongPassword(newPassword, deps.passwordMinLength);
  const proof = await provePassword(deps, { userId, email }, currentPassword, "password-change", caller);
  try {
    await identity.setPassword(accessToken, { present: currentPassword, next: newPassword }, caller);
  } catch (error) {
    await identity.signOut(proof.accessToken, "local", caller).catch(() => {});
    throw error;
  }
  deps.principals.forget(userId);
  await audit(deps.db, origin, { action: "user.password", targetId: userId });
  deps.events.publish(userId, { type: "session.ended" });
}

/**
 * Asks for the present password before something is changed that a stolen session must not change. The contract checks a password only by
 * signing in: the session made by it is returned, to be ended.
 * @throws ProblemError invalid_credentials, rate_limited
 */
export async function provePassword(
  { identity, throttle, history }: Pick<AuthServiceDeps, "identity" | "throttle" | "history">,
  { userId, email }: Pick<Principal, "userId" | "email">,
  password: string,
  method: string,
  caller: Caller,
): Promise<Grant> {
  const parts = { account: userId, ip: caller.ip };
  await throttle.check("password", parts);
  try {
    const proof = await identity.signIn(email, password, caller);
    await throttle.succeed("password", parts);
    return proof;
  } catch (error) {
    await throttle.settle("password", parts, error);
    await history.recordFailure(email, method, error, caller);
    if (error instanceof ProblemError && error.code === "invalid_credentials") {
      throw new ProblemError("invalid_credentials", "The present password is wrong.", { cause: error });
    }
    throw error;
  }
}
