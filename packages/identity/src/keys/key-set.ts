import { createPrivateKey, createPublicKey, sign, verify, type webcrypto } from "node:crypto";
import type { JWK } from "jose";
import * as z from "zod";

/** What tokens may be signed with. Each key takes exactly one of them, whatever a token says. */
export type SigningAlgorithm = "ES256" | "RS256" | "HS256";

const jwkSchema = z.looseObject({
  kty: z.string(),
  kid: z.string().min(1),
  alg: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
});

/** The shortest secret that HS256 may have. */
export const secretBytes = 32;
const rsaBits = 2048;

export const isSigner = (key: JWK) => key.key_ops?.includes("sign") === true;

export function algorithmOf(key: JWK): SigningAlgorithm {
  if (key.kty === "EC") return "ES256";
  return key.kty === "RSA" ? "RS256" : "HS256";
}

/**
 * Reads a key set: a JWKS (`{"keys": […]}`) or a bare array as `GOTRUE_JWT_KEYS` has it, as an object or as JSON text.
 *
 * @throws TypeError with one sentence that names the key and says what is wrong with it
 */
export function readKeySet(jwks: unknown): JWK[] {
  const found = typeof jwks === "string" ? parseJson(jwks) : jwks;
  const list = Array.isArray(found) ? found : (found as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError(
      'The key set has no keys: it must be {"keys": […]} or an array with at least one JSON Web Key.',
    );
  }
  const keys = list.map((key, index) => readKey(key, index));
  const twice = keys.find((key, index) => keys.findIndex(({ kid }) => kid === key.kid) !== index);
  if (twice) throw new TypeError(`Two keys of the set have the kid "${twice.kid}": give each its own.`);
  const signers = keys.filter(isSigner);
  if (signers.length !== 1) {
    const how = signers.length === 0 ? "No key" : `Each of ${signers.map(({ kid }) => `"${kid}"`).join(" and ")}`;
    throw new TypeError(`${how} of the set is marked to sign: exactly one key must have "key_ops": ["sign"].`);
  }
  return keys;
}

/** What is wrong with a key set, in one sentence; null where it can be used. */
export function explainKeySet(text: string): string | null {
  try {
    readKeySet(text);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError("The key set is not JSON.");
  }
}

function readKey(given: unknown, index: number): JWK {
  const named = (given as { kid?: unknown } | null)?.kid;
  const name = typeof named === "string" && named !== "" ? `The key "${named}"` : `Key ${index + 1} of the set`;
  const refuse = (why: string) => new TypeError(`${name} ${why}.`);
  const parsed = jwkSchema.safeParse(given);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path[0] ?? "kty";
    throw refuse(`has no valid "${String(field)}"`);
  }
  const key = parsed.data as JWK;
  const why = explainKey(key);
  if (why !== null) throw refuse(why);
  return key;
}

function explainKey(key: JWK): string | null {
  if (key.kty === "EC" && key.crv !== "P-256") return `is of the curve ${key.crv}: use P-256 (ES256)`;
  if (!["EC", "RSA", "oct"].includes(key.kty ?? "")) {
    return `is of the kind ${key.kty}: use EC (ES256), RSA (RS256) or oct (HS256)`;
  }
  const algorithm = algorithmOf(key);
  if (key.alg !== undefined && key.alg !== algorithm) {
    return `names the algorithm ${key.alg}: keys of the kind ${key.kty} sign with ${algorithm} here`;
  }
  if (key.kty === "oct") return key.k && bytesOf(key.k) >= secretBytes ? null : `is shorter than ${secretBytes} bytes`;
  if (isSigner(key) && key.d === undefined) return "is marked to sign, but has no private part";
  return explainPair(key);
}

const bytesOf = (base64url: string) => Buffer.from(base64url, "base64url").length;

/** Signs and verifies once: a private part of another key would otherwise show when the first person signs in. */
function explainPair(key: JWK): string | null {
  const publicKey = attempt(() => createPublicKey({ key: publicJwk(key) as webcrypto.JsonWebKey, format: "jwk" }));
  if (publicKey === null) return "cannot be read: a part of it is missing or damaged";
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? rsaBits;
  if (bits < rsaBits) return `has ${bits} bits: RSA keys need ${rsaBits}`;
  if (key.d === undefined) return null;
  const said = Buffer.from("holdfast");
  const fits = attempt(() => {
    const privateKey = createPrivateKey({ key: key as webcrypto.JsonWebKey, format: "jwk" });
    return verify("sha256", said, publicKey, sign("sha256", said, privateKey));
  });
  return fits ? null : "has a private part that does not fit its public part";
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const secretParts = new Set(["d", "p", "q", "dp", "dq", "qi", "oth", "k"]);

/** Without what must stay secret. Of an asymmetric key. */
export function publicJwk(key: JWK): JWK {
  const open = Object.entries(key).filter(([name]) => !secretParts.has(name));
  return { ...(Object.fromEntries(open) as JWK), alg: algorithmOf(key), use: "sig", key_ops: ["verify"] };
}
