import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, isUniqueViolation, unprocessable } from "../errors.ts";
import { callerOf, type Identity } from "../service.ts";
import type { SignedIn } from "../sessions/bearer.ts";
import { addAuthenticationMethod } from "../sessions/sessions.queries.ts";
import { beginCreation } from "../webauthn/ceremony.ts";
import { relyingPartyOf } from "../webauthn/relying-party.ts";
import { type createdCredential, verifyCreation } from "../webauthn/verify.ts";
import { insertCeremony } from "./ceremonies.queries.ts";
import { finishCeremony } from "./finish-ceremony.ts";
import { countPasskeys, findPasskeys, insertPasskey, raiseSessionByPasskey } from "./passkeys.queries.ts";
import { requireFullSession } from "./require-aal.ts";

const refusal = "AAL2 session is required to manage passkeys when MFA is enabled";

/** @throws IdentityError 403 insufficient_aal, 422 (too_many_passkeys, validation_failed) */
export async function beginRegistration(identity: Identity, signedIn: SignedIn, request: FastifyRequest) {
  const { user } = signedIn;
  const { passkeys, productName } = identity.config;
  requireOwnAccount(signedIn);
  await requireFullSession(identity, signedIn, refusal);
  const known = await findPasskeys(identity.pool, user.id);
  if (known.length >= passkeys.maxPerUser) throw tooMany();
  const now = identity.now();
  const expires = new Date(now.getTime() + passkeys.challengeExpiry * 1000);
  const party = { ...relyingPartyOf(identity, request), name: productName };
  const wanted = { residentKey: "required", userVerification: "required", expires } as const;
  const { options, ceremony } = await beginCreation(party, user, known, wanted);
  const id = await insertCeremony(identity.pool, { userId: user.id, type: "registration", ceremony, now });
  return { challenge_id: id, options, expires_at: Math.floor(expires.getTime() / 1000) };
}

/**
 * Keeps the passkey. The session counts as one that has shown two factors from now on: it has just shown what the passkey will show.
 *
 * @throws IdentityError 400 (webauthn_challenge_not_found, webauthn_challenge_expired, webauthn_verification_failed), 403 insufficient_aal,
 *   422 (too_many_passkeys, webauthn_credential_exists)
 */
export async function finishRegistration(
  identity: Identity,
  signedIn: SignedIn,
  given: { challengeId: string; credential: z.output<typeof createdCredential> },
  request: FastifyRequest,
) {
  const { user, session } = signedIn;
  requireOwnAccount(signedIn);
  await requireFullSession(identity, signedIn, refusal);
  const ceremony = await finishCeremony(identity, given.challengeId, "registration", user.id);
  const { origins } = relyingPartyOf(identity, request);
  const credential = await verifyCreation(ceremony, origins, given.credential);
  if (credential === null) throw badRequest("webauthn_verification_failed", "Credential verification failed");
  const id = randomUUID();
  const now = identity.now();
  const name = "Passkey";
  await inTransaction(identity.pool, async (db) => {
    if ((await countPasskeys(db, user.id)) >= identity.config.passkeys.maxPerUser) throw tooMany();
    await insertPasskey(db, { id, userId: user.id, name, credential, now });
    await addAuthenticationMethod(db, session.id, "passkey", now);
    await raiseSessionByPasskey(db, session.id, now);
    await writeAudit(db, "passkey_created", user, callerOf(request), now, { passkey_id: id });
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error, "webauthn_credentials_credential_id_key")) throw error;
    throw unprocessable("webauthn_credential_exists", "This credential is already registered");
  });
  return { id, friendly_name: name, created_at: now };
}

function requireOwnAccount({ user }: SignedIn): void {
  if (user.is_sso_user) throw unprocessable("validation_failed", "SSO users cannot register passkeys");
}

const tooMany = () => unprocessable("too_many_passkeys", "Maximum number of passkeys reached");
