import { writeAudit } from "../audit/audit.queries.ts";
import { type Database, inTransaction } from "../database.ts";
import { badRequest, forbidden, isUniqueViolation } from "../errors.ts";
import { findFlowOfUser, markCodeIssued } from "../one-time/flow-state.queries.ts";
import { pkcePrefix } from "../one-time/one-time-codes.ts";
import {
  clearRecovery,
  clearToken,
  type FoundToken,
  findToken,
  type OneTimeTokenType,
} from "../one-time/one-time-tokens.queries.ts";
import { unguessablePassword } from "../password/password-rules.ts";
import { type Caller, type Identity, reportChange, reportPasswordReset } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { deleteSessions } from "../sessions/sessions.queries.ts";
import { emailExists } from "../user/change-email.ts";
import { confirmHalf, finishEmailChange } from "../user/email-change.queries.ts";
import { emailProof, onlyClaims } from "../users/email-proof.ts";
import { emailIdentityData, putIdentity, syncProviders, verifyEmailIdentities } from "../users/identities.queries.ts";
import { releaseEmail } from "../users/release-email.queries.ts";
import { forgetSignUp } from "../users/start-over.queries.ts";
import { confirmEmail, findUserById, findUserHoldingEmail, setPassword } from "../users/users.queries.ts";
import { isBanned, type UserRecord } from "../users/users.records.ts";

const tokenTypes: Record<string, readonly OneTimeTokenType[]> = {
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email: ["confirmation_token", "recovery_token"],
  email_change: ["email_change_token_current", "email_change_token_new"],
};

export interface Verification {
  type: string;
  /** The hash that a link carries, or those that an address and a code have. */
  hashes: readonly string[];
  /** It came with the hash itself, and not with a short code that may be guessed. */
  byLink: boolean;
  /** What to answer when nothing fits. */
  refusal: string;
  /** A code for the browser that started the flow in place of a session. */
  pkce: boolean;
}

export type VerificationResult =
  | { kind: "session"; issued: IssuedSession; user: UserRecord }
  | { kind: "code"; code: string }
  /** One of the two mailboxes of a change of address; the other one is still to come. */
  | { kind: "half" };

/** @throws IdentityError 403 (otp_expired, user_banned), 400 (validation_failed, flow_state_not_found), 422 email_exists */
export async function verifyCode(
  identity: Identity,
  verification: Verification,
  caller: Caller,
): Promise<VerificationResult> {
  const types = tokenTypes[verification.type];
  if (types === undefined) throw badRequest("validation_failed", "Invalid email verification type");
  return inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    const token = await findToken(db, verification.hashes, types);
    const user = token && (await findUserById(db, token.user_id));
    if (token === undefined || user === undefined || isExpired(identity, token, user, verification)) {
      throw forbidden("otp_expired", verification.refusal);
    }
    if (isBanned(user, now)) throw forbidden("user_banned", "User is banned");

    if (token.token_type === "confirmation_token") await confirmSignUp(identity, db, user, caller);
    else if (token.token_type === "recovery_token") await recover(identity, db, user, caller);
    else if (await isFirstHalf(identity, db, user, token)) return { kind: "half" as const };
    else await finishChange(identity, db, user, caller);
    await syncProviders(db, user.id);

    if (verification.pkce) return { kind: "code" as const, code: await issueCode(db, user, verification.type, now) };
    const issued = await issueSession(identity, db, user.id, "otp", caller);
    return { kind: "session" as const, issued, user };
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? emailExists() : error;
  });
}

function isExpired(identity: Identity, token: FoundToken, user: UserRecord, { type, byLink }: Verification): boolean {
  const { otpExpiry, invitationExpiry } = identity.config;
  const invited = byLink && type === "invite" && user.invited_at !== null;
  return identity.now().getTime() > token.sent_at.getTime() + (invited ? invitationExpiry : otpExpiry) * 1000;
}

async function confirmSignUp(identity: Identity, db: Database, user: UserRecord, caller: Caller): Promise<void> {
  const now = identity.now();
  await deleteSessions(db, user.id);
  // Who was invited chooses a password afterwards, in the session that this opens.
  if (!user.encrypted_password && user.invited_at) {
    await setPassword(db, user.id, await identity.passwords.hash(unguessablePassword()), now);
  }
  await confirmEmail(db, user.id, now);
  // Without mail it is an administrator who has handed the link over.
  await verifyEmailIdentities(db, user.id, identity.mailer ? "mail" : "admin", now);
  await writeAudit(db, "user_signedup", user, caller, now, { provider: "email" });
}

async function recover(identity: Identity, db: Database, user: UserRecord, caller: Caller): Promise<void> {
  const now = identity.now();
  await clearRecovery(db, user.id);
  if (user.email_confirmed_at !== null) {
    await proveByMail(identity, db, user, now);
    return writeAudit(db, "login", user, caller, now);
  }
  await forgetSignUp(db, user, now);
  await confirmEmail(db, user.id, now);
  await verifyEmailIdentities(db, user.id, "mail", now);
  return writeAudit(db, "user_signedup", user, caller, now, { provider: "email" });
}

/**
 * The first who shows that the mailbox of a claimed address is theirs. Who only claimed it keeps no way in: neither the password nor a session.
 */
async function proveByMail(identity: Identity, db: Database, user: UserRecord, now: Date): Promise<void> {
  if (!user.email || emailProof(user, user.email) !== null) return;
  await setPassword(db, user.id, null, now);
  await deleteSessions(db, user.id);
  const { id: userId, email } = user;
  const data = { ...emailIdentityData(userId, email, true), email_proof: "mail" };
  await putIdentity(db, { userId, provider: "email", providerId: userId, data, now });
  identity.background("what an account gave out before its address was proved could not be ended", () =>
    reportPasswordReset(identity, userId),
  );
}

async function isFirstHalf(identity: Identity, db: Database, user: UserRecord, token: FoundToken): Promise<boolean> {
  const needsBoth = identity.config.secureEmailChange && user.email && user.email_change_confirm_status === 0;
  if (!needsBoth) return false;
  await confirmHalf(db, user.id, identity.now());
  await clearToken(db, user.id, token.token_type);
  return true;
}

async function finishChange(identity: Identity, db: Database, user: UserRecord, caller: Caller): Promise<void> {
  const now = identity.now();
  if (user.email_change === "") throw forbidden("otp_expired", "Email link is invalid or has expired");
  const holder = await findUserHoldingEmail(db, user.email_change);
  if (holder && holder.id !== user.id && onlyClaims(holder, user.email_change)) {
    await releaseEmail(db, holder.id, now);
    await writeAudit(db, "user_modified", holder, caller, now, { reason: "another account proved the address" });
  }
  await finishEmailChange(db, user.id, true, now);
  await writeAudit(db, "user_modified", user, caller, now);
  identity.background("nobody could be told of a change of address", () =>
    reportChange(identity, user.id, "email", caller, user.email),
  );
}

async function issueCode(db: Database, user: UserRecord, type: string, now: Date): Promise<string> {
  const flow = await findFlowOfUser(db, user.id, type === "signup" ? "email/signup" : type);
  if (flow === undefined || flow.auth_code === null) {
    throw badRequest("flow_state_not_found", "No associated flow state found.");
  }
  await markCodeIssued(db, flow.id, user.id, now);
  return flow.auth_code;
}

export const isPkceHash = (hash: string) => hash.startsWith(pkcePrefix);
