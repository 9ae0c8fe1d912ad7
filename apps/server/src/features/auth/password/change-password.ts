import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { requireStrongPassword } from "./password-policy.ts";
import { withPasswordProof } from "./password-proof.ts";

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/**
 * Sets a new password for who knows the present one. Every other session of the person ends; the one that asks goes on.
 * @throws ProblemError invalid_credentials, weak_password, rate_limited
 */
export async function changePassword(
  deps: Pick<AuthDeps, "db" | "identity" | "throttle" | "history" | "principals" | "events" | "passwordMinLength">,
  principal: Principal,
  accessToken: string,
  { currentPassword, newPassword }: PasswordChange,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  const { userId } = principal;
  requireStrongPassword(newPassword, deps.passwordMinLength);
  await withPasswordProof(deps, principal, currentPassword, "password-change", caller, () =>
    deps.identity.setPassword(accessToken, { present: currentPassword, next: newPassword }, caller),
  );
  deps.principals.forget(userId);
  await audit(deps.db, origin, { action: "user.password", targetId: userId });
  deps.events.publish(userId, { type: "session.ended" });
}
