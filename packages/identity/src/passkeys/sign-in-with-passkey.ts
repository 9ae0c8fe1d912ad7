import type { FastifyRequest } from "fastify";
import type * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, forbidden, isVerdict } from "../errors.ts";
import { callerOf, type Identity, reportSignIn } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { findUserById } from "../users/users.queries.ts";
import { isBanned, type UserRecord } from "../users/users.records.ts";
import { beginRequest } from "../webauthn/ceremony.ts";
import { relyingPartyOf } from "../webauthn/relying-party.ts";
import { type requestedCredential, verifyRequest } from "../webauthn/verify.ts";
import { insertCeremony } from "./ceremonies.queries.ts";
import { finishCeremony } from "./finish-ceremony.ts";
import { findPasskeyByCredential, notePasskeyUse } from "./passkeys.queries.ts";

/** For whoever has a passkey of this host name: the passkey says whose it is. @throws IdentityError 422 validation_failed */
export async function beginSignIn(identity: Identity, request: FastifyRequest) {
  const now = identity.now();
  const expires = new Date(now.getTime() + identity.config.passkeys.challengeExpiry * 1000);
  const party = relyingPartyOf(identity, request);
  const { options, ceremony } = await beginRequest(party, null, [], { userVerification: "required", expires });
  const id = await insertCeremony(identity.pool, { userId: null, type: "authentication", ceremony, now });
  return { challenge_id: id, options, expires_at: Math.floor(expires.getTime() / 1000) };
}

interface Given {
  challengeId: string;
  credential: z.output<typeof requestedCredential>;
}

/**
 * Opens a session of aal2: the passkey is what somebody has, and its PIN or finger what they know or are.
 *
 * @throws IdentityError 400 (validation_failed, webauthn_challenge_not_found, webauthn_challenge_expired, webauthn_verification_failed),
 *   403 (email_not_confirmed, user_banned). What is wrong with an account is only told to who holds its passkey.
 */
export async function signInWithPasskey(
  identity: Identity,
  given: Given,
  request: FastifyRequest,
): Promise<IssuedSession> {
  const caller = callerOf(request);
  const ceremony = await finishCeremony(identity, given.challengeId, "authentication", null);
  const { origins } = relyingPartyOf(identity, request);
  const passkey = await findPasskeyByCredential(identity.pool, given.credential.id);
  const user = passkey && (await findUserById(identity.pool, passkey.userId));
  const report = (outcome: string, sessionId: string | null) =>
    reportSignIn(identity, {
      ...{ userId: user?.id ?? null, sessionId, email: user?.email ?? null, method: "passkey", outcome },
      ...caller,
    });
  try {
    // The passkey names its account as it was told to at its registration: no other answers for it.
    const named = Buffer.from(given.credential.response.userHandle ?? "", "base64url").toString();
    if (!passkey || !user || named !== user.id) throw refused();
    const verified = await verifyRequest(ceremony, origins, passkey, given.credential);
    if (verified === null) throw refused();
    requireUsable(user, identity.now());
    const issued = await inTransaction(identity.pool, async (db) => {
      const now = identity.now();
      const { passkeyId } = passkey;
      if (!(await notePasskeyUse(db, { passkeyId, ...verified, now }))) throw refused();
      await writeAudit(db, "login", user, caller, now, { passkey_id: passkeyId });
      return issueSession(identity, db, user.id, "passkey", caller, "aal2");
    });
    await report("success", issued.sessionId);
    return issued;
  } catch (error) {
    if (isVerdict(error)) await report(error.code, null);
    throw error;
  }
}

function requireUsable(user: UserRecord, now: Date): void {
  if (user.email && user.email_confirmed_at === null) throw forbidden("email_not_confirmed", "Email not confirmed");
  if (isBanned(user, now)) throw forbidden("user_banned", "User is banned");
}

const refused = () => badRequest("webauthn_verification_failed", "Credential verification failed");
