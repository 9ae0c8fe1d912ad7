import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { isUniqueViolation, notFound } from "../errors.ts";
import { checkPasswordStrength } from "../password/password-rules.ts";
import { type Caller, type Identity, reportPasswordReset } from "../service.ts";
import { emailExists, requireFreeEmail } from "../user/change-email.ts";
import { applyPasswordChange } from "../user/change-password.ts";
import { emailIdentityData, putIdentity, syncProviders, verifyEmailIdentities } from "../users/identities.queries.ts";
import { confirmEmail, findUserById, mergeMetadata } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";
import { deleteUser, obscureUser, setBan, setEmail, setRole } from "./admin-users.queries.ts";
import { type AdminUserFields, banEnd } from "./user-fields.ts";

/**
 * A new password ends every session. A ban makes them useless for as long as it lasts.
 *
 * @throws IdentityError 400 validation_failed, 422 (email_exists, weak_password)
 */
export async function updateUser(
  identity: Identity,
  user: UserRecord,
  fields: AdminUserFields,
  caller: Caller,
): Promise<UserRecord> {
  const bannedUntil = banEnd(fields.ban_duration, identity.now());
  if (fields.password) await checkPasswordStrength(identity, fields.password);
  if (fields.email) await requireFreeEmail(identity.pool, fields.email, user.id);
  const hash = fields.password ? await identity.passwords.hash(fields.password) : fields.password_hash || null;

  const updated = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    if (fields.role) await setRole(db, user.id, fields.role, now);
    if (hash) await applyPasswordChange(identity, db, user, hash, null);
    if (fields.email) {
      const data = emailIdentityData(user.id, fields.email, fields.email_confirm);
      await putIdentity(db, { userId: user.id, provider: "email", providerId: user.id, data, now });
      await setEmail(db, user.id, fields.email, fields.email_confirm, now);
      await syncProviders(db, user.id);
    }
    if (fields.email_confirm) {
      await confirmEmail(db, user.id, now);
      await verifyEmailIdentities(db, user.id, "admin", now);
    }
    if (fields.app_metadata) await mergeMetadata(db, user.id, "raw_app_meta_data", fields.app_metadata, now);
    if (fields.user_metadata) await mergeMetadata(db, user.id, "raw_user_meta_data", fields.user_metadata, now);
    if (bannedUntil !== undefined) await setBan(db, user.id, bannedUntil, now);
    await writeAudit(db, "user_modified", null, caller, now, { user_id: user.id, user_email: user.email });
    return findUserById(db, user.id);
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? emailExists() : error;
  });
  if (updated === undefined) throw notFound("user_not_found", "User not found");
  if (hash) await reportPasswordReset(identity, user.id);
  return updated;
}

/** @param soft keep a row that refers to nobody, so that what points at it stays valid. */
export async function removeUser(identity: Identity, user: UserRecord, soft: boolean, caller: Caller): Promise<void> {
  await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    await writeAudit(db, "user_deleted", null, caller, now, { user_id: user.id, user_email: user.email });
    if (!soft) await deleteUser(db, user.id);
    else if (user.deleted_at === null) await obscureUser(db, user.id, now);
  });
}
