import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import * as z from "zod";
import { algorithms, type Ceremony, type KnownCredential, type NewCredential } from "./ceremony.ts";

const encoded = z.string().max(65_536);

/** 1,023 bytes, as WebAuthn says, in base64url. */
const longestId = 1364;

/** What a browser hands over; the library looks at the rest. */
const credential = { id: z.string().min(1).max(2048), rawId: encoded, type: z.literal("public-key") };

export const createdCredential = z.looseObject({
  ...credential,
  response: z.looseObject({
    clientDataJSON: encoded,
    attestationObject: encoded,
    transports: z.array(z.string().max(32)).max(16).optional(),
  }),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});

export const requestedCredential = z.looseObject({
  ...credential,
  response: z.looseObject({
    clientDataJSON: encoded,
    authenticatorData: encoded,
    signature: encoded,
    userHandle: z.string().max(256).nullish(),
  }),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});

/** @returns null for an answer that does not fit the ceremony: another challenge, origin or host name, no user verification */
export async function verifyCreation(
  ceremony: Ceremony,
  origins: readonly string[],
  given: z.output<typeof createdCredential>,
): Promise<NewCredential | null> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const verified = await withoutAttestation(given)
    .then((response) =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: ceremony.challenge,
        expectedOrigin: [...origins],
        expectedRPID: ceremony.rpId,
        requireUserVerification: ceremony.userVerification === "required",
        supportedAlgorithmIDs: algorithms,
      }),
    )
    .catch(() => null);
  if (!verified?.verified || verified.registrationInfo.credential.id.length > longestId) return null;
  const { aaguid, credential, credentialDeviceType, credentialBackedUp, userVerified } = verified.registrationInfo;
  return {
    id: credential.id,
    publicKey: credential.publicKey,
    signCount: credential.counter,
    transports: given.response.transports ?? [],
    aaguid,
    backupEligible: credentialDeviceType === "multiDevice",
    backedUp: credentialBackedUp,
    userVerified,
  };
}

/**
 * No attestation is asked for and none is believed, so none is looked at: what a client sends uncalled would have its certificates read, and
 * lists of revoked ones fetched from where they say.
 */
async function withoutAttestation(given: z.output<typeof createdCredential>): Promise<RegistrationResponseJSON> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import("@simplewebauthn/server/helpers");
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(given.response.attestationObject)).get("authData");
  const bare = new Map<string, unknown>([
    ["fmt", "none"],
    ["attStmt", new Map()],
    ["authData", authData],
  ]);
  const attestationObject = isoBase64URL.fromBuffer(isoCBOR.encode(bare as Parameters<typeof isoCBOR.encode>[0]));
  return { ...given, response: { ...given.response, attestationObject } } as RegistrationResponseJSON;
}

/**
 * @returns the authenticator's new count; null for an answer that does not fit, or a count that has not grown, as that of a copied
 *   authenticator has not
 */
export async function verifyRequest(
  ceremony: Ceremony,
  origins: readonly string[],
  known: KnownCredential,
  given: z.output<typeof requestedCredential>,
): Promise<{ signCount: number; backedUp: boolean } | null> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const verified = await verifyAuthenticationResponse({
    response: given as AuthenticationResponseJSON,
    expectedChallenge: ceremony.challenge,
    expectedOrigin: [...origins],
    expectedRPID: ceremony.rpId,
    credential: { id: known.id, publicKey: known.publicKey, counter: known.signCount },
    requireUserVerification: ceremony.userVerification === "required",
  }).catch(() => null);
  if (!verified?.verified) return null;
  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  return { signCount: newCounter, backedUp: credentialBackedUp };
}
