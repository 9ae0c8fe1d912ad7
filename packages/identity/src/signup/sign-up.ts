import { randomUUID } from "node:crypto";
import { writeAudit } from "../admin/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { isUniqueViolation, unprocessable } from "../errors.ts";
import { checkMailFrequency, type PreparedLetter, prepareLetter } from "../mail/send-letter.ts";
import { type Caller, confirmsItself, type Identity } from "../service.ts";
import { createFlow, type PkceChallenge } from "../token/flow-state.queries.ts";
import { type IssuedSession, issueSession } from "../token/issue-session.ts";
import { emailIdentityData, putIdentity, verifyEmailIdentities } from "../user/identities.queries.ts";
import { confirmEmail, findUserById, findUserHoldingEmail, insertUser } from "../user/users.queries.ts";
import { type UserRecord, userJson } from "../user/users.records.ts";
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
  const { email, data } = request;
  const policy = { email, method: "password", provider: "email", userMetadata: data, ip: caller.ip } as const;
  await requireSignUpAllowed(identity, policy);
  const mustConfirm = !confirmsItself(identity);
  if (mustConfirm) checkMailFrequency(identity, "signup", email);

  // Outside of the transaction, and for taken addresses as well.
  const passwordHash = await identity.passwords.hash(request.password);
  let letter: PreparedLetter | undefined;
  const signedUp = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    let user = await findUserHoldingEmail(db, email);
    // An account that waits for its owner's confirmation is not opened by whoever types its address.
    if (user && (user.email_confirmed_at || !mustConfirm || user.email !== email)) {
      await writeAudit(db, "user_repeated_signup", user, caller, now, { provider: "email" });
      return "taken" as const;
    }
    if (user === undefined) {
      const id = randomUUID();
      const identityData = emailIdentityData(id, email, false);
      await insertUser(db, {
        id,
        email,
        passwordHash,
        appMetadata: { provider: "email", providers: ["email"] },
        userMetadata: { ...data, ...identityData },
        now,
      });
      await putIdentity(db, { userId: id, provider: "email", providerId: id, data: { ...data, ...identityData }, now });
      user = (await findUserById(db, id)) as UserRecord;
    }
    if (mustConfirm) {
      if (request.pkce)
        await createFlow(db, { ...request.pkce, userId: user.id, method: "email/signup", provider: "email", now });
      await writeAudit(db, "user_confirmation_requested", user, caller, now, { provider: "email" });
      const { redirectTo, pkce } = request;
      letter = await prepareLetter(identity, db, {
        kind: "signup",
        type: "confirmation_token",
        user,
        address: email,
        redirectTo,
        pkce: pkce !== null,
      });
    } else {
      await writeAudit(db, "user_signedup", user, caller, now, { provider: "email" });
      await confirmEmail(db, user.id, now);
      await verifyEmailIdentities(db, user.id, now);
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
  letter?.send();
  if (mustConfirm) return { user: userJson(signedUp.invited_at ? concealed(signedUp) : signedUp) };
  const session = await inTransaction(identity.pool, async (db) => {
    await writeAudit(db, "login", signedUp, caller, identity.now(), { provider: "email" });
    return issueSession(identity, db, signedUp.id, "password", caller);
  });
  return { session };
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
