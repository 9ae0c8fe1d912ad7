import { createHash, hkdfSync, randomUUID } from "node:crypto";
import {
  type CryptoKey,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
} from "jose";
import { algorithmOf, isSigner, publicJwk, readKeySet, type SigningAlgorithm } from "./key-set.ts";

export interface VerifyingKey {
  readonly alg: SigningAlgorithm;
  readonly key: CryptoKey | Uint8Array;
}

export interface SigningKeys {
  readonly signing: VerifyingKey & { readonly kid: string };
  /** By kid: the signing key and those retired ones whose tokens are still accepted. */
  readonly verifying: ReadonlyMap<string, VerifyingKey>;
  /** What verifies HS256 tokens that name none of the keys, as those of older Supabase projects and of their tools. */
  readonly secret: Uint8Array | null;
  /** What `/.well-known/jwks.json` answers: public keys, and nothing of secrets that are shared. */
  readonly publicJwks: { readonly keys: readonly JWK[] };
  /** To be stored by the host as a secret. Retired pairs are in it without their private part. */
  readonly privateJwks: { readonly keys: readonly JWK[] };
  /** Keys the hashes of mailed codes, so that a link cannot be computed from an address and a guess at six digits. */
  readonly codeSecret: Buffer;
  /** Encrypts what the database holds of refresh tokens. `id` says which key it was, and nothing about it. */
  readonly atRest: { readonly id: string; readonly key: Buffer };
}

/** A new set with one key. */
export async function createSigningKeys(): Promise<SigningKeys> {
  return importSigningKeys({ keys: [await newSigningJwk()] });
}

export interface KeysBesideTheSet {
  /** A JWT secret: its HS256 tokens are accepted too, and it signs none. */
  secret?: string;
  /** 32 bytes for `atRest`; derived from the signing key without it, so that a rotation by hand would end all sessions. */
  atRest?: Buffer;
}

/**
 * Reads a stored key set in the form of Supabase's `GOTRUE_JWT_KEYS`: EC P-256 (ES256), RSA (RS256) and oct (HS256) keys with a kid, of
 * which exactly one has key_ops ["sign"].
 *
 * @throws TypeError with one sentence on what is wrong with which key
 */
export async function importSigningKeys(jwks: unknown, beside: KeysBesideTheSet = {}): Promise<SigningKeys> {
  const { secret } = beside;
  const keys = readKeySet(jwks);
  const signer = keys.find(isSigner) as JWK;
  const verifying = new Map<string, VerifyingKey>();
  for (const key of keys) verifying.set(key.kid as string, await verifyingKey(key));
  const alg = algorithmOf(signer);
  const secretPart = (signer.d ?? signer.k) as string;
  const derive = (what: string) => Buffer.from(hkdfSync("sha256", secretPart, "", `holdfast identity ${what}`, 32));
  const atRest = beside.atRest ?? derive("refresh tokens at rest");
  return {
    signing: { kid: signer.kid as string, alg, key: await importJWK({ ...signer, key_ops: ["sign"] }, alg) },
    verifying,
    secret: secret === undefined ? null : new TextEncoder().encode(secret),
    publicJwks: { keys: keys.filter(({ kty }) => kty !== "oct").map(publicJwk) },
    privateJwks: { keys: keys.map((key) => (key === signer || key.kty === "oct" ? key : publicJwk(key))) },
    codeSecret: derive("one-time codes"),
    atRest: { id: createHash("sha256").update(atRest).digest("hex").slice(0, 16), key: atRest },
  };
}

async function verifyingKey(key: JWK): Promise<VerifyingKey> {
  const alg = algorithmOf(key);
  return { alg, key: await importJWK(key.kty === "oct" ? key : publicJwk(key), alg) };
}

/**
 * The key that a token's header asks for. The key decides on the algorithm: a token that names another one for it is refused.
 *
 * @throws JWKSNoMatchingKey
 */
export function findVerifyingKey({ verifying, secret }: SigningKeys, header: JWTHeaderParameters) {
  const { alg, kid } = header;
  const known = kid === undefined ? undefined : verifying.get(kid);
  if (known?.alg === alg) return known.key;
  // As Supabase Auth does where no key has the kid, and where a token has none.
  if (known === undefined && alg === "HS256" && secret !== null) return secret;
  throw new errors.JWKSNoMatchingKey(`unrecognized JWT kid ${kid} for algorithm ${alg}`);
}

/**
 * A set with a new signing key (ES256). The former one stays to verify what it signed, without its private part, and of the retired ones
 * the newest `keepRetired` stay. API keys (`mintApiKey`) live as long as the key that signed them: mint them again before their key is
 * dropped. Sessions go on where the host keeps `atRest` and hands it over again.
 */
export async function rotateSigningKeys(keys: SigningKeys, keepRetired = 2): Promise<SigningKeys> {
  const { signing, atRest, secret } = keys;
  const former = keys.privateJwks.keys.find((key) => key.kid === signing.kid) as JWK;
  const retired = keys.privateJwks.keys.filter((key) => key !== former);
  const kept = [retire(former), ...retired].slice(0, keepRetired);
  const set = { keys: [await newSigningJwk(), ...kept] };
  const beside = { atRest: atRest.key, ...(secret ? { secret: new TextDecoder().decode(secret) } : {}) };
  return importSigningKeys(set, beside);
}

const retire = (key: JWK): JWK => (key.kty === "oct" ? { ...key, key_ops: ["verify"] } : publicJwk(key));

async function newSigningJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "ES256", use: "sig", key_ops: ["sign"] };
}
