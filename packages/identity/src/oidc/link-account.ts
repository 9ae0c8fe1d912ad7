import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import type { Database } from "../database.ts";
import { badRequest, forbidden, notFound, unprocessable } from "../errors.ts";
import { type PreparedEmail, prepareEmail } from "../mail/send-email.ts";
import { findToken } from "../one-time/one-time-tokens.queries.ts";
import { type Caller, confirmsItself, type Identity } from "../service.ts";
import { requireSignUpAllowed } from "../signup/sign-up-policy.ts";
import { onlyClaims } from "../users/email-proof.ts";
import { putIdentity, syncProviders } from "../users/identities.queries.ts";
import { releaseEmail } from "../users/release-email.queries.ts";
import { startOver } from "../users/start-over.queries.ts";
import { confirmEmail, findUserById, findUserHoldingEmail, insertUser, mergeMetadata } from "../users/users.queries.ts";
import { isBanned, type UserRecord } from "../users/users.records.ts";
import { adoptEmail, findIdentityOwner, makePermanent } from "./accounts.queries.ts";
import { identityDataOf, type ProviderProfile } from "./provider-client.ts";

export interface AccountRequest {
  providerId: string;
  profile: ProviderProfile;
  redirectTo: string;
  /** Take the address from an account that only claims it, and make a new one: the person has no password of that account. */
  takeAddress?: boolean;
}

/** The account may sign in, or first has to confirm the address that the provider did not vouch for. */
export type AccountResult = { user: UserRecord } | { unverified: PreparedEmail | null };

/**
 * Finds or makes the account of a provider's person. An account that exists is joined by its address only when the
 * provider vouches for the address, and the account's own claim to it is proved: else somebody may have typed it in, and would share the
 * account. Who has the password of such an account signs in by it and links the provider.
 *
 * @throws IdentityError 403 user_banned, 422 (email_exists where the address is only claimed, signup_disabled, provider_email_needs_verification, email_address_not_provided)
 */
export async function accountOf(
  identity: Identity,
  db: Database,
  request: AccountRequest,
  caller: Caller,
): Promise<AccountResult> {
  const { providerId, profile } = request;
  const now = identity.now();
  const owner = await findIdentityOwner(db, providerId, profile.subject);
  let holder = owner === undefined && profile.email ? await findUserHoldingEmail(db, profile.email) : undefined;
  if (holder !== undefined && !profile.emailVerified) throw needsVerification(providerId);
  if (holder !== undefined && onlyClaims(holder, profile.email as string)) {
    if (!request.takeAddress) throw onlyClaimed();
    await releaseEmail(db, holder.id, now);
    await writeAudit(db, "user_modified", holder, caller, now, { reason: "another account proved the address" });
    holder = undefined;
  }
  const isNew = owner === undefined && holder === undefined;
  const userId = owner ?? holder?.id ?? (await insertAccount(identity, db, request, caller));
  await putIdentity(db, {
    userId,
    provider: providerId,
    providerId: profile.subject,
    data: identityDataOf(profile),
    now,
  });

  const user = (await findUserById(db, userId)) as UserRecord;
  if (isBanned(user, now)) throw forbidden("user_banned", "User is banned");
  if (user.email_confirmed_at === null && !user.is_anonymous && user.email) {
    // The address at the provider may have changed since the account was made: only the same one is vouched for.
    const vouched = profile.emailVerified && profile.email === user.email;
    if (!vouched && !(isNew && confirmsItself(identity))) {
      return { unverified: await askToConfirm(identity, db, user, request) };
    }
    const keep = { provider: providerId, subject: profile.subject };
    if (!isNew) await startOver(db, userId, { passwordHash: null, userMetadata: profile.data, keep }, now);
    await confirmEmail(db, userId, now);
  } else {
    await mergeMetadata(db, userId, "raw_user_meta_data", profile.data, now);
  }
  await syncProviders(db, userId);
  const action = isNew ? "user_signedup" : holder ? "identity_linked" : "login";
  await writeAudit(db, action, user, caller, now, { provider: providerId });
  return { user: (await findUserById(db, userId)) as UserRecord };
}

async function insertAccount(
  identity: Identity,
  db: Database,
  request: AccountRequest,
  caller: Caller,
): Promise<string> {
  const { providerId, profile } = request;
  if (profile.email === null) {
    throw unprocessable("email_address_not_provided", `${providerId} sent no email address for this account`);
  }
  await requireSignUpAllowed(identity, {
    email: profile.email,
    method: "oidc",
    provider: providerId,
    userMetadata: profile.data,
    ip: caller.ip,
  });
  const id = randomUUID();
  await insertUser(db, {
    id,
    email: profile.email,
    passwordHash: null,
    appMetadata: { provider: providerId, providers: [providerId] },
    userMetadata: profile.data,
    now: identity.now(),
  });
  return id;
}

async function askToConfirm(identity: Identity, db: Database, user: UserRecord, request: AccountRequest) {
  if (identity.mailer === null || user.email === null) return null;
  const common = { kind: "signup", type: "confirmation_token", redirectTo: request.redirectTo, pkce: false } as const;
  return prepareEmail(identity, db, { ...common, user, address: user.email });
}

export const needsVerification = (providerId: string) =>
  unprocessable(
    "provider_email_needs_verification",
    `Unverified email with ${providerId}. Verify the email with ${providerId} in order to sign in`,
  );

const onlyClaimed = () =>
  unprocessable(
    "email_exists",
    "An account has this address, and nobody has proved that it is its owner's. Sign in with its password and link the identity.",
  );

/**
 * Adds the identity to an account that is signed in.
 *
 * @throws IdentityError 422 (identity_already_exists, user_not_found)
 */
export async function linkIdentity(
  identity: Identity,
  db: Database,
  userId: string,
  request: AccountRequest,
  caller: Caller,
): Promise<UserRecord> {
  const { providerId, profile } = request;
  const now = identity.now();
  const user = await findUserById(db, userId);
  if (user === undefined) throw unprocessable("user_not_found", "Linking target user not found");
  if (isBanned(user, now)) throw forbidden("user_banned", "User is banned");
  const owner = await findIdentityOwner(db, providerId, profile.subject);
  if (owner !== undefined) {
    const whose = owner === userId ? "Identity is already linked" : "Identity is already linked to another user";
    throw unprocessable("identity_already_exists", whose);
  }
  await putIdentity(db, {
    userId,
    provider: providerId,
    providerId: profile.subject,
    data: identityDataOf(profile),
    now,
  });
  if (!user.email && profile.email && profile.emailVerified) await adoptEmail(db, userId, profile.email, now);
  else await makePermanent(db, userId);
  await syncProviders(db, userId);
  await writeAudit(db, "identity_linked", user, caller, now, { provider: providerId, provider_id: profile.subject });
  return (await findUserById(db, userId)) as UserRecord;
}

/**
 * An invitation that is accepted by signing in through a provider, with the address that was invited.
 *
 * @throws IdentityError 404 invite_not_found, 400 validation_failed
 */
export async function acceptInvitation(
  identity: Identity,
  db: Database,
  token: string,
  request: AccountRequest,
  caller: Caller,
): Promise<UserRecord> {
  const { providerId, profile } = request;
  const now = identity.now();
  const found = await findToken(db, [token], ["confirmation_token"]);
  const user = found && (await findUserById(db, found.user_id));
  const expiry = (found?.sent_at.getTime() ?? 0) + identity.config.otpExpiry * 1000;
  if (user === undefined || now.getTime() > expiry) throw notFound("invite_not_found", "Invite not found");
  if (isBanned(user, now)) throw forbidden("user_banned", "User is banned");
  if (user.email !== profile.email) {
    throw badRequest("validation_failed", "Invited email does not match emails from external provider");
  }
  await putIdentity(db, {
    userId: user.id,
    provider: providerId,
    providerId: profile.subject,
    data: identityDataOf(profile),
    now,
  });
  const keep = { provider: providerId, subject: profile.subject };
  const userMetadata = { ...user.raw_user_meta_data, ...profile.data };
  await startOver(db, user.id, { passwordHash: null, userMetadata, keep }, now);
  // The token came to the mailbox that was invited, so the address is proved whatever the provider says.
  await confirmEmail(db, user.id, now);
  await syncProviders(db, user.id);
  await writeAudit(db, "user_signedup", user, caller, now, { provider: providerId });
  return (await findUserById(db, user.id)) as UserRecord;
}
