import type { FastifyRequest } from "fastify";
import * as z from "zod";
import { badRequest, unprocessable } from "../errors.ts";
import type { Identity } from "../service.ts";
import type { SignedIn } from "../sessions/bearer.ts";
import { beginCreation, beginRequest, type Ceremony } from "../webauthn/ceremony.ts";
import { relyingPartyOf } from "../webauthn/relying-party.ts";
import { createdCredential, requestedCredential, verifyCreation, verifyRequest } from "../webauthn/verify.ts";
import type { FactorRow } from "./factors.queries.ts";
import type { FactorProof } from "./verify-factor.ts";
import {
  findFactorCredentials,
  noteFactorUse,
  saveFactorCredential,
  takeChallenge,
} from "./webauthn-factors.queries.ts";

/** `webauthn` of the body; host name and origins that it names are the server's to decide. */
export const webauthnAnswer = z.object({ type: z.string(), credential_response: z.unknown() }).nullish();
export type WebauthnAnswer = z.output<typeof webauthnAnswer>;

/** A factor that is not verified yet makes its key; a verified one uses it. A key of this person's other factors does as well. */
export async function beginWebauthn(
  identity: Identity,
  { user }: SignedIn,
  factor: FactorRow,
  request: FastifyRequest,
): Promise<{
  ceremony: Ceremony;
  webauthn: { type: "create" | "request"; credential_options: { publicKey: unknown } };
}> {
  const expires = new Date(identity.now().getTime() + identity.config.mfa.challengeExpiry * 1000);
  const party = relyingPartyOf(identity, request);
  const known = await findFactorCredentials(identity.pool, user.id);
  if (factor.status === "unverified") {
    const wanted = { residentKey: "discouraged", userVerification: "preferred", expires } as const;
    const named = { ...party, name: identity.config.mfa.issuer };
    const { options, ceremony } = await beginCreation(named, user, known, wanted);
    return { ceremony, webauthn: { type: "create", credential_options: { publicKey: options } } };
  }
  const { options, ceremony } = await beginRequest(party, user.id, known, { userVerification: "preferred", expires });
  return { ceremony, webauthn: { type: "request", credential_options: { publicKey: options } } };
}

/** @throws IdentityError 400 validation_failed for an answer without the right form */
export function webauthnProof(
  identity: Identity,
  { user }: SignedIn,
  factor: FactorRow,
  given: WebauthnAnswer,
  request: FastifyRequest,
): FactorProof {
  if (!given) throw badRequest("validation_failed", "WebAuthn config required");
  if (given.type !== "create" && given.type !== "request") {
    throw badRequest("validation_failed", "WebAuthn type must be create or request");
  }
  if (given.credential_response === undefined || given.credential_response === null) {
    throw badRequest("validation_failed", "credential_response required");
  }
  const { origins } = relyingPartyOf(identity, request);
  const created = createdCredential.safeParse(given.credential_response);
  const requested = requestedCredential.safeParse(given.credential_response);
  if (!(given.type === "create" ? created : requested).success) {
    throw badRequest("validation_failed", "Invalid credential_response");
  }
  return async (db, { id, ceremony }, now) => {
    // What was begun decides: a key is made for a factor that has none, and used for one that has.
    const makes = factor.status === "unverified";
    if (ceremony === null || makes !== (given.type === "create") || !(await takeChallenge(db, id))) throw refused();
    if (created.success && makes) {
      const credential = await verifyCreation(ceremony, origins, created.data);
      if (credential === null) throw refused();
      return saveFactorCredential(db, factor.id, credential, now);
    }
    if (!requested.success) throw refused();
    const known = (await findFactorCredentials(db, user.id)).find((each) => each.id === requested.data.id);
    const verified = known && (await verifyRequest(ceremony, origins, known, requested.data));
    if (!known || !verified) throw refused();
    const { factorId } = known;
    if (!(await noteFactorUse(db, { factorId, signCount: verified.signCount, now }))) throw refused();
  };
}

const refused = () => unprocessable("mfa_verification_failed", "WebAuthn credential verification failed");
