import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { deleteTokens } from "../tokens/personal-tokens.queries.ts";
import { withPasswordProof } from "./password-proof.ts";

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
  /** Access tokens and app passwords end as well. */
  revokeTokens: boolean;
}

/**
 * Sets a new password for who knows the present one. Every other session of the person ends; the one that asks goes on.
 * @throws ProblemError invalid_credentials, weak_password, recent_proof_required, rate_limited
 */
export async function changePassword(
  deps: Pick<
    AuthDeps,
    | "db"
    | "identity"
    | "throttle"
    | "history"
    | "principals"
    | "events"
    | "requireStrongPassword"
    | "recentProof"
    | "notices"
  >,
  principal: Principal,
  accessToken: string,
  { currentPassword, newPassword, revokeTokens }: PasswordChange,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  const { userId } = principal;
  await deps.requireStrongPassword(newPassword);
  await deps.recentProof.requireWithFactor(principal);
  await withPasswordProof(deps, principal, currentPassword, "password-change", caller, () =>
    deps.identity.setPassword(accessToken, { present: currentPassword, next: newPassword }, caller),
  );
  deps.principals.forget(userId);
  await deps.db.transaction(async (tx) => {
    const revoked = revokeTokens ? await deleteTokens.count(tx, userId) : 0;
    await audit(tx, origin, { action: "user.password", targetId: userId, detail: { tokensRevoked: revoked } });
  });
  deps.events.publish(userId, { type: "session.ended" });
  deps.notices.tell({ userId, kind: "password", caller });
}
