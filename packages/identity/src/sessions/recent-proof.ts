import { badRequest, forbidden } from "../errors.ts";
import { spendNonce } from "../one-time/reauthentication-nonce.ts";
import type { Identity } from "../service.ts";
import { attemptAccount } from "../throttle/attempt.ts";
import { hasVerifiedFactor } from "../users/users.records.ts";
import type { SignedIn } from "./bearer.ts";

export interface GivenProof {
  currentPassword: string;
  nonce: string;
}

const nothing: GivenProof = { currentPassword: "", nonce: "" };

/**
 * Asked before anything that changes how somebody signs in: a session that was taken must not become the account (OWASP ASVS 5.0, 7.5.1).
 * Where a second factor is set up the password alone is not enough: verifying a factor in the session is.
 *
 * @throws IdentityError 403 reauthentication_needed, 400 current_password_invalid, 422 reauthentication_not_valid
 */
export async function requireRecentProof(
  identity: Identity,
  { user, session }: { user: SignedIn["user"]; session: SignedIn["session"] | null },
  given: GivenProof = nothing,
): Promise<void> {
  const seconds = identity.config.recentProof;
  // An account without a name has nothing to prove itself by.
  if (seconds === null || user.is_anonymous) return;
  const newest = Math.max(0, ...(session?.amr ?? []).map(({ timestamp }) => timestamp));
  if (newest * 1000 > identity.now().getTime() - seconds * 1000) return;
  if (given.nonce !== "") return spendNonce(identity, user, given.nonce);
  const { encrypted_password: hash } = user;
  if (given.currentPassword === "" || !hash || hasVerifiedFactor(user)) throw needed();
  await attemptAccount(identity, "user", user.id, async () => {
    if (await identity.passwords.verify(given.currentPassword, hash)) return;
    throw badRequest("current_password_invalid", "The current password is wrong.");
  });
}

const needed = () =>
  forbidden(
    "reauthentication_needed",
    "This session has not proved itself recently: sign in again, verify a factor, or send current_password or the nonce of /reauthenticate",
  );
