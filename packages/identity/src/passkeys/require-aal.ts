import { forbidden } from "../errors.ts";
import type { Identity } from "../service.ts";
import type { SignedIn } from "../sessions/bearer.ts";
import { hasVerifiedFactor } from "../users/users.records.ts";
import { findPasskeys } from "./passkeys.queries.ts";

/**
 * What proves a person's second factor is changed only by a session that has shown one: with the password alone one could add one's own.
 * @throws IdentityError 403 insufficient_aal
 */
export async function requireFullSession(
  identity: Identity,
  { user, session }: SignedIn,
  message: string,
): Promise<void> {
  if (session.aal === "aal2") return;
  if (hasVerifiedFactor(user) || (await hasNeededPasskey(identity, user.id)))
    throw forbidden("insufficient_aal", message);
}

/** Whether a passkey is this person's second factor, by the host's rule. */
async function hasNeededPasskey(identity: Identity, id: string): Promise<boolean> {
  if (!(await identity.hooks.needsSecondFactor?.({ id }))) return false;
  return (await findPasskeys(identity.pool, id)).length > 0;
}
