import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { IdentityError, unprocessable } from "../errors.ts";
import { prepareEmail } from "../mail/send-email.ts";
import { createFlow, type PkceChallenge } from "../one-time/flow-state.queries.ts";
import { unguessablePassword } from "../password/password-rules.ts";
import type { Caller, Identity } from "../service.ts";
import { requireSignUpAllowed } from "../signup/sign-up-policy.ts";
import { emailIdentityData, putIdentity } from "../users/identities.queries.ts";
import { forgetSignUp } from "../users/start-over.queries.ts";
import { findUserByEmail, findUserById, insertUser } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";

export interface MagicLinkRequest {
  email: string;
  /** Make an account where there is none; it is confirmed by following the link. */
  createUser: boolean;
  data: Record<string, unknown>;
  pkce: PkceChallenge | null;
  redirectTo: string;
}

/** @throws IdentityError 422 (otp_disabled, signup_disabled) where there is no account, unless accounts are concealed. */
export async function sendMagicLink(identity: Identity, request: MagicLinkRequest, caller: Caller): Promise<void> {
  const found = await findUserByEmail(identity.pool, request.email);
  if (found === undefined) {
    try {
      await requireNewAllowed(identity, request, caller);
    } catch (error) {
      if (error instanceof IdentityError && identity.config.concealAccounts) return;
      throw error;
    }
  }
  identity.background("a sign-in link could not be prepared", async () => {
    const passwordHash = found ? null : await identity.passwords.hash(unguessablePassword());
    const message = await inTransaction(identity.pool, async (db) => {
      const now = identity.now();
      const user = found ?? (await insertFromLink(identity, request, passwordHash, db));
      const confirmed = user.email_confirmed_at !== null;
      if (found && !confirmed && !found.invited_at) await forgetSignUp(db, found, now);
      const method = confirmed ? "magiclink" : "email/signup";
      if (request.pkce) await createFlow(db, { ...request.pkce, userId: user.id, method, provider: "magiclink", now });
      await writeAudit(db, confirmed ? "user_recovery_requested" : "user_confirmation_requested", user, caller, now);
      const { redirectTo } = request;
      const pkce = request.pkce !== null;
      const common = { user, address: request.email, redirectTo, pkce };
      return confirmed
        ? prepareEmail(identity, db, { ...common, kind: "magiclink", type: "recovery_token" })
        : prepareEmail(identity, db, { ...common, kind: "signup", type: "confirmation_token" });
    });
    message.send();
  });
}

async function requireNewAllowed(identity: Identity, request: MagicLinkRequest, caller: Caller): Promise<void> {
  if (!request.createUser) throw unprocessable("otp_disabled", "Signups not allowed for otp");
  await requireSignUpAllowed(identity, {
    email: request.email,
    method: "otp",
    provider: "email",
    userMetadata: request.data,
    ip: caller.ip,
  });
}

async function insertFromLink(
  identity: Identity,
  request: MagicLinkRequest,
  passwordHash: string | null,
  db: Parameters<typeof insertUser>[0],
): Promise<UserRecord> {
  const now = identity.now();
  const id = randomUUID();
  const { email, data } = request;
  const identityData = emailIdentityData(id, email, false);
  const appMetadata = { provider: "email", providers: ["email"] };
  await insertUser(db, { id, email, passwordHash, appMetadata, userMetadata: { ...data, ...identityData }, now });
  await putIdentity(db, { userId: id, provider: "email", providerId: id, data: { ...data, ...identityData }, now });
  return (await findUserById(db, id)) as UserRecord;
}
