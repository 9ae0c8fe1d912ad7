import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import type { Database } from "../database.ts";
import type { Caller, Identity } from "../service.ts";
import { emailExists } from "../user/change-email.ts";
import { emailIdentityData, putIdentity } from "../users/identities.queries.ts";
import { findUserById, findUserHoldingEmail, insertUser, setInvited } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";

/**
 * Makes the account that an invitation is for, or finds the one that was not accepted yet. It has no password until it is.
 *
 * @throws IdentityError 422 email_exists when the address has been confirmed already.
 */
export async function inviteUser(
  identity: Identity,
  db: Database,
  invitation: { email: string; data: Record<string, unknown> },
  caller: Caller,
): Promise<UserRecord> {
  const now = identity.now();
  const { email, data } = invitation;
  const found = await findUserHoldingEmail(db, email);
  if (found && (found.email_confirmed_at !== null || found.email !== email)) throw emailExists();
  const id = found?.id ?? randomUUID();
  if (found === undefined) {
    const appMetadata = { provider: "email", providers: ["email"] };
    await insertUser(db, { id, email, passwordHash: null, appMetadata, userMetadata: data, now });
    const identityData = emailIdentityData(id, email, false);
    await putIdentity(db, { userId: id, provider: "email", providerId: id, data: identityData, now });
  }
  await setInvited(db, id, now);
  await writeAudit(db, "user_invited", null, caller, now, { user_id: id, user_email: email });
  return (await findUserById(db, id)) as UserRecord;
}
