import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import { type Database, inTransaction, undone } from "../database.ts";
import { isUniqueViolation, unprocessable } from "../errors.ts";
import { checkMailFrequency, type PreparedEmail, prepareEmail } from "../mail/send-email.ts";
import { createFlow, type PkceChallenge } from "../one-time/flow-state.queries.ts";
import { type Caller, confirmsItself, type Identity } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { emailIdentityData, putIdentity } from "../users/identities.queries.ts";
import { startOver } from "../users/start-over.queries.ts";
import { confirmEmail, findUserById, findUserHoldingEmail, insertUser } from "../users/users.queries.ts";
import { type UserRecord, userJson } from "../users/users.records.ts";
import { requireSignUpAllowed } from "./sign-up-policy.ts";

export interface SignUpRequest {
  email: string;
  password: string;
  data: Record<string, unknown>;
  pkce: PkceChallenge | null;
  redirectTo: string;
}

export type SignUpResult = { session: IssuedSession } | { user: Record<string, unknown> };

/**
 * Makes an account with an address and a password. Where addresses must be confirmed, an address that is taken gets the
 * same answer as a new one, after the same work.
 */
export async function signUp(identity: Identity, request: SignUpRequest, caller: Caller): Promise<SignUpResult> {
  const { email } = request;
  const policy = { email, method: "password", provider: "email", userMetadata: request.data, ip: caller.ip } as const;
  await requireSignUpAllowed(identity, policy);
  const mustConfirm = !confirmsItself(identity);
  if (mustConfirm) checkMailFrequency(identity, "signup", email);

  // Outside of the transaction, and for taken addresses as well.
  const passwordHash = await identity.passwords.hash(request.password);
  let message: PreparedEmail | undefined;
  const signedUp = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    let user = await findUserHoldingEmail(db, email);
    // An account that waits for its owner's confirmation is not opened by whoever types its address.
    if (user && (user.email_confirmed_at || !mustConfirm || user.email !== email)) {
      if (mustConfirm) await pretendToMake(identity, db, request, passwordHash, caller);
      await writeAudit(db, "user_repeated_signup", user, caller, now, { provider: "email" });
      return "taken" as const;
    }
    if (user === undefined) user = await makeAccount(db, request, passwordHash, now);
    // The mail that confirms this sign-up must not open an account with the password of an earlier one.
    else if (mustConfirm && !user.invited_at && !(await signUpAgain(db, user, request, passwordHash, now))) {
      return "taken" as const;
    }
    if (mustConfirm) message = await askToConfirm(identity, db, request, user, caller);
    else {
      await writeAudit(db, "user_signedup", user, caller, now, { provider: "email" });
      // The account opens, and its address stays unproved.
      await confirmEmail(db, user.id, now);
    }
    return (await findUserById(db, user.id)) as UserRecord;
  }).catch((error: unknown) => {
    if (isUniqueViolation(error)) return "taken" as const;
    throw error;
  });

  if (signedUp === "taken") {
    if (!mustConfirm) throw unprocessable("user_already_exists", "User already registered");
    return { user: pretendUser(request, identity.now()) };
  }
  message?.send();
  if (mustConfirm) return { user: userJson(signedUp.invited_at ? concealed(signedUp) : signedUp) };
  const session = await inTransaction(identity.pool, async (db) => {
    await writeAudit(db, "login", signedUp, caller, identity.now(), { provider: "email" });
    return issueSession(identity, db, signedUp.id, "password", caller);
  });
  return { session };
}

async function makeAccount(
  db: Database,
  { email, data }: SignUpRequest,
  passwordHash: string,
  now: Date,
): Promise<UserRecord> {
  const id = randomUUID();
  const identityData = emailIdentityData(id, email, false);
  const appMetadata = { provider: "email", providers: ["email"] };
  await insertUser(db, { id, email, passwordHash, appMetadata, userMetadata: { ...data, ...identityData }, now });
  await putIdentity(db, { userId: id, provider: "email", providerId: id, data: { ...data, ...identityData }, now });
  return (await findUserById(db, id)) as UserRecord;
}

/** The newest sign-up with an address counts, until one is confirmed. @returns false where that has just happened */
async function signUpAgain(
  db: Database,
  { id }: UserRecord,
  { email, data }: SignUpRequest,
  passwordHash: string,
  now: Date,
): Promise<boolean> {
  const userMetadata = { ...data, ...emailIdentityData(id, email, false) };
  const keep = { provider: "email", subject: id };
  if (!(await startOver(db, id, { passwordHash, userMetadata, keep }, now))) return false;
  await putIdentity(db, { userId: id, provider: "email", providerId: id, data: userMetadata, now });
  return true;
}

async function askToConfirm(
  identity: Identity,
  db: Database,
  { email, redirectTo, pkce }: SignUpRequest,
  user: UserRecord,
  caller: Caller,
): Promise<PreparedEmail> {
  const now = identity.now();
  if (pkce) await createFlow(db, { ...pkce, userId: user.id, method: "email/signup", provider: "email", now });
  await writeAudit(db, "user_confirmation_requested", user, caller, now, { provider: "email" });
  const message = { kind: "signup", type: "confirmation_token", user, address: email, redirectTo } as const;
  return prepareEmail(identity, db, { ...message, pkce: pkce !== null });
}

/** The work of a new account for an address that nobody has, taken back: how long the answer takes tells nothing either. */
async function pretendToMake(
  identity: Identity,
  db: Database,
  request: SignUpRequest,
  passwordHash: string,
  caller: Caller,
): Promise<void> {
  await undone(db, async () => {
    const nobody = { ...request, email: `${randomUUID()}@nobody.invalid` };
    const user = await makeAccount(db, nobody, passwordHash, identity.now());
    await askToConfirm(identity, db, nobody, user, caller);
    await findUserById(db, user.id);
  });
}

/** What an invitation holds is not for whoever signs up with its address before it is accepted. */
const concealed = (user: UserRecord): UserRecord => ({ ...user, raw_user_meta_data: {}, identities: [] });

/** Has the fields of a fresh account. No row stands behind it. */
function pretendUser(request: SignUpRequest, now: Date): Record<string, unknown> {
  return {
    id: randomUUID(),
    aud: "authenticated",
    role: "",
    email: request.email,
    phone: "",
    confirmation_sent_at: now,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: request.data,
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}
