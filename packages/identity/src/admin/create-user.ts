import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, isUniqueViolation } from "../errors.ts";
import { checkPasswordStrength, unguessablePassword } from "../password/password-rules.ts";
import type { Caller, Identity } from "../service.ts";
import { emailExists, requireFreeEmail } from "../user/change-email.ts";
import { emailIdentityData, putIdentity, verifyEmailIdentities } from "../users/identities.queries.ts";
import { confirmEmail, findUserById, insertUser, mergeMetadata } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";
import { type AdminUserFields, banEnd } from "./user-fields.ts";

/** @throws IdentityError 400 validation_failed, 422 (email_exists, weak_password) */
export async function createUser(identity: Identity, fields: AdminUserFields, caller: Caller): Promise<UserRecord> {
  const { email } = fields;
  if (email === "") throw badRequest("validation_failed", "Cannot create a user without either an email or phone");
  if (fields.password) await checkPasswordStrength(identity, fields.password);
  const bannedUntil = banEnd(fields.ban_duration, identity.now()) ?? null;
  await requireFreeEmail(identity.pool, email, "");
  const passwordHash =
    fields.password_hash || (await identity.passwords.hash(fields.password || unguessablePassword()));

  return inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    const id = fields.id.toLowerCase() || randomUUID();
    await insertUser(db, {
      id,
      email,
      role: fields.role || "authenticated",
      passwordHash,
      appMetadata: { provider: "email", providers: ["email"] },
      userMetadata: fields.user_metadata ?? {},
      bannedUntil,
      now,
    });
    const data = emailIdentityData(id, email, false);
    await putIdentity(db, { userId: id, provider: "email", providerId: id, data, now });
    if (fields.app_metadata) await mergeMetadata(db, id, "raw_app_meta_data", fields.app_metadata, now);
    if (fields.email_confirm) {
      await confirmEmail(db, id, now);
      await verifyEmailIdentities(db, id, "admin", now);
    }
    await writeAudit(db, "user_signedup", null, caller, now, { user_id: id, user_email: email, provider: "email" });
    return (await findUserById(db, id)) as UserRecord;
  }).catch((error: unknown) => {
    if (isUniqueViolation(error, "users_pkey")) throw badRequest("validation_failed", "A user with this ID exists");
    throw isUniqueViolation(error) ? emailExists() : error;
  });
}
