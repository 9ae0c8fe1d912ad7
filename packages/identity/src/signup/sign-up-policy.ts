import { IdentityError, unprocessable } from "../errors.ts";
import type { Identity, SignUpContext } from "../service.ts";

/** @throws IdentityError 422 signup_disabled, or 403 with the host's own sentence. */
export async function requireSignUpAllowed(identity: Identity, context: SignUpContext): Promise<void> {
  const decision = await identity.hooks.beforeSignUp?.(context);
  if (decision?.allow === false) throw new IdentityError(403, "signup_disabled", decision.message);
  if (decision?.allow === true || identity.config.signup === "open") return;
  throw unprocessable("signup_disabled", "Signups not allowed for this instance");
}
