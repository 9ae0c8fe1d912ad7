import type { Database } from "../database.ts";
import { badRequest, unprocessable } from "../errors.ts";
import { spendNonce } from "../one-time/reauthentication-nonce.ts";
import type { Identity } from "../service.ts";
import { deleteSessions, type SessionRecord } from "../sessions/sessions.queries.ts";
import { attemptAccount } from "../throttle/attempt.ts";
import { emailProof } from "../users/email-proof.ts";
import { emailIdentityData, putIdentity, syncProviders } from "../users/identities.queries.ts";
import { setPassword } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";

export interface PasswordChange {
  password: string;
  currentPassword: string;
  nonce: string;
}

/**
 * Checks that this session may set this password, and hashes it. To be called outside of a transaction.
 *
 * @throws IdentityError 400 (reauthentication_needed, current_password_required, current_password_invalid),
 *   422 (reauthentication_not_valid, same_password)
 */
export async function preparePasswordChange(
  identity: Identity,
  user: UserRecord,
  session: SessionRecord,
  change: PasswordChange,
): Promise<string> {
  const { config, passwords } = identity;
  const ageSeconds = (identity.now().getTime() - session.created_at.getTime()) / 1000;
  // Where a recent proof is asked for, that has been given already.
  if (config.recentProof === null && config.passwordChangeNeedsReauthentication && ageSeconds > 86_400) {
    if (change.nonce === "") throw badRequest("reauthentication_needed", "Password update requires reauthentication");
    await spendNonce(identity, user, change.nonce);
  }
  if (user.encrypted_password) {
    // Who came by a recovery mail does not know the current password.
    const recovering = session.amr.some(({ method }) => ["otp", "magiclink", "recovery"].includes(method));
    if (config.passwordChangeNeedsCurrentPassword && !recovering) {
      const required = "Current password required when setting new password.";
      if (change.currentPassword === "") throw badRequest("current_password_required", required);
      const current = user.encrypted_password;
      await attemptAccount(identity, "user", user.id, async () => {
        if (await passwords.verify(change.currentPassword, current)) return;
        throw badRequest("current_password_invalid", required);
      });
    }
    if (await passwords.verify(change.password, user.encrypted_password)) {
      throw unprocessable("same_password", "New password should be different from the old password.");
    }
  }
  return passwords.hash(change.password);
}

/** Every other session ends: the former password may have been known to somebody else. */
export async function applyPasswordChange(
  identity: Identity,
  db: Database,
  user: UserRecord,
  hash: string,
  keepSession: string | null,
): Promise<void> {
  const now = identity.now();
  await setPassword(db, user.id, hash, now);
  await deleteSessions(db, user.id, keepSession);
  const hasEmailIdentity = user.identities.some(({ provider }) => provider === "email");
  if (!user.encrypted_password && user.email && !hasEmailIdentity) {
    const data = emailIdentityData(user.id, user.email, emailProof(user, user.email) !== null);
    await putIdentity(db, { userId: user.id, provider: "email", providerId: user.id, data, now });
    await syncProviders(db, user.id);
  }
}
