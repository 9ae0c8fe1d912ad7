import type { RelyingParty } from "./relying-party.ts";

/**
 * What is kept of a ceremony between its two requests, in the form of Supabase Auth's `session_data`, so that either service can finish what
 * the other began.
 */
export interface Ceremony {
  challenge: string;
  rpId: string;
  /** Base64 of the user's id; null where nobody is known yet. */
  user_id: string | null;
  expires: string;
  userVerification: UserVerification;
  allowed_credentials?: string[];
}

export type UserVerification = "required" | "preferred";

/** A key pair whose public half is known here. */
export interface KnownCredential {
  /** Base64url. */
  id: string;
  publicKey: Uint8Array<ArrayBuffer>;
  signCount: number;
  transports: string[];
}

/** What a registration adds. */
export interface NewCredential extends KnownCredential {
  aaguid: string;
  backupEligible: boolean;
  backedUp: boolean;
  userVerified: boolean;
}

/** How long a browser waits for the person; as long as a challenge is good for by default. */
const patienceMilliseconds = 300_000;

/** Ed25519, ECDSA with P-256, RSA: what every authenticator has one of, and what Supabase Auth verifies as well. */
export const algorithms = [-8, -7, -257];

export interface CeremonyUser {
  id: string;
  email: string | null;
  raw_user_meta_data: Record<string, unknown>;
}

/** Loaded when somebody uses a passkey for the first time: it is large, and most servers start without. */
const library = () => import("@simplewebauthn/server");

export async function beginCreation(
  party: RelyingParty & { name: string },
  user: CeremonyUser,
  known: readonly Pick<KnownCredential, "id" | "transports">[],
  wanted: { residentKey: "required" | "discouraged"; userVerification: UserVerification; expires: Date },
) {
  const { generateRegistrationOptions } = await library();
  const name = user.email ?? user.id;
  const given = user.raw_user_meta_data.name;
  const options = await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: name,
    userDisplayName: typeof given === "string" && given !== "" ? given : name,
    attestationType: "none",
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: wanted.residentKey, userVerification: wanted.userVerification },
    supportedAlgorithmIDs: algorithms,
    timeout: patienceMilliseconds,
  });
  return { options, ceremony: ceremonyOf(options.challenge, party, user.id, wanted) };
}

/** @param allowed none: whichever passkey of this host name the person picks */
export async function beginRequest(
  party: RelyingParty,
  userId: string | null,
  allowed: readonly Pick<KnownCredential, "id" | "transports">[],
  wanted: { userVerification: UserVerification; expires: Date },
) {
  const { generateAuthenticationOptions } = await library();
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    allowCredentials: allowed.map(({ id, transports }) => ({ id, transports })),
    userVerification: wanted.userVerification,
    timeout: patienceMilliseconds,
  });
  const ceremony = ceremonyOf(options.challenge, party, userId, wanted);
  if (allowed.length > 0) ceremony.allowed_credentials = allowed.map(({ id }) => toBase64(id));
  return { options, ceremony };
}

function ceremonyOf(
  challenge: string,
  { id: rpId }: RelyingParty,
  userId: string | null,
  { userVerification, expires }: { userVerification: UserVerification; expires: Date },
): Ceremony {
  const user_id = userId === null ? null : Buffer.from(userId).toString("base64");
  return { challenge, rpId, user_id, expires: expires.toISOString(), userVerification };
}

export const toBase64 = (base64url: string) => Buffer.from(base64url, "base64url").toString("base64");
