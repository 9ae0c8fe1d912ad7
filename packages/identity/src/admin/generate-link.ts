import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import type { Database } from "../database.ts";
import { badRequest, notFound } from "../errors.ts";
import { readEmail } from "../http/body.ts";
import { type EmailKind, type PreparedEmail, prepareEmail } from "../mail/send-email.ts";
import type { OneTimeTokenType } from "../one-time/one-time-tokens.queries.ts";
import { unguessablePassword } from "../password/password-rules.ts";
import type { Caller, Identity } from "../service.ts";
import { emailExists, requireFreeEmail } from "../user/change-email.ts";
import { startEmailChange } from "../user/email-change.queries.ts";
import { emailIdentityData, putIdentity } from "../users/identities.queries.ts";
import { findUserByEmail, findUserById, insertUser, mergeMetadata } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";
import { inviteUser } from "./invite-user.ts";

export interface LinkRequest {
  type: string;
  email: string;
  newEmail: string;
  password: string;
  data: Record<string, unknown>;
  redirectTo: string;
}

export interface GeneratedLink {
  user: UserRecord;
  message: PreparedEmail;
  /** Differs from what was asked for when a sign-in link made an account. */
  type: string;
}

/**
 * Makes what a mail would have carried, for an administrator to pass on another way. Sends nothing. To be called with a
 * password hash where the type is `signup` or `magiclink`, made outside of the transaction.
 *
 * @throws IdentityError 400 validation_failed, 404 user_not_found, 422 email_exists
 */
export async function generateLink(
  identity: Identity,
  db: Database,
  request: LinkRequest,
  passwordHash: string | null,
  caller: Caller,
): Promise<GeneratedLink> {
  const found = await findUserByEmail(db, request.email);
  const type = request.type === "magiclink" && found === undefined ? "signup" : request.type;
  const make = async (user: UserRecord, kind: EmailKind, token: OneTimeTokenType, address = request.email) => {
    const common = { user, newEmail: request.newEmail, redirectTo: request.redirectTo, pkce: false };
    const message = await prepareEmail(identity, db, { ...common, kind, type: token, address });
    return { user: (await findUserById(db, user.id)) as UserRecord, message, type };
  };
  if (type === "invite") {
    return make(await inviteUser(identity, db, request, caller), "invite", "confirmation_token");
  }
  if (type === "signup") {
    return make(await signUpByLink(identity, db, found, request, passwordHash), "signup", "confirmation_token");
  }
  if (found === undefined) throw notFound("user_not_found", "User with this email not found");
  await writeAudit(db, "user_recovery_requested", found, caller, identity.now());
  if (type === "magiclink" || type === "recovery") return make(found, type, "recovery_token");

  const newEmail = readEmail(request.newEmail);
  await requireFreeEmail(db, newEmail, found.id);
  if (type === "email_change_current" && !identity.config.secureEmailChange) {
    throw badRequest("validation_failed", "Enable secure email change to generate link for current email");
  }
  if (found.email_change !== newEmail) await startEmailChange(db, found.id, newEmail, identity.now());
  return type === "email_change_current"
    ? make(found, "email_change", "email_change_token_current")
    : make(found, "email_change", "email_change_token_new", newEmail);
}

export const linkTypes = ["signup", "invite", "magiclink", "recovery", "email_change_current", "email_change_new"];

/** What to hash before `generateLink`. */
export const linkPassword = (request: LinkRequest) =>
  request.type === "signup" ? request.password : request.type === "magiclink" ? unguessablePassword() : null;

async function signUpByLink(
  identity: Identity,
  db: Database,
  found: UserRecord | undefined,
  request: LinkRequest,
  passwordHash: string | null,
): Promise<UserRecord> {
  const now = identity.now();
  if (found !== undefined) {
    if (found.email_confirmed_at !== null) throw emailExists();
    await mergeMetadata(db, found.id, "raw_user_meta_data", request.data, now);
    return found;
  }
  await requireFreeEmail(db, request.email, "");
  const id = randomUUID();
  const { email } = request;
  const appMetadata = { provider: "email", providers: ["email"] };
  await insertUser(db, { id, email, passwordHash, appMetadata, userMetadata: request.data, now });
  const data = emailIdentityData(id, email, false);
  await putIdentity(db, { userId: id, provider: "email", providerId: id, data, now });
  return (await findUserById(db, id)) as UserRecord;
}
