import { hkdfSync, randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import * as z from "zod";

/** The one algorithm of access tokens and API keys. A token that names another one is refused. */
export const signingAlgorithm = "ES256";

export interface SigningKeys {
  readonly signing: { readonly kid: string; readonly key: CryptoKey };
  /** Public keys by kid: the signing key and those retired ones whose tokens are still accepted. */
  readonly verifying: ReadonlyMap<string, CryptoKey>;
  /** What `/.well-known/jwks.json` answers. */
  readonly publicJwks: { readonly keys: readonly JWK[] };
  /** To be stored by the host as a secret. Retired keys are in it without their private part. */
  readonly privateJwks: { readonly keys: readonly JWK[] };
  /** Keys the hashes of mailed codes, so that a link cannot be computed from an address and a guess at six digits. */
  readonly codeSecret: Buffer;
}

const jwkSchema = z.looseObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string().optional(),
  kid: z.string().min(1),
  key_ops: z.array(z.string()).optional(),
});
const jwksSchema = z.object({ keys: z.array(jwkSchema).min(1) });

/** A new set with one key. */
export async function createSigningKeys(): Promise<SigningKeys> {
  return importSigningKeys({ keys: [await newSigningJwk()] });
}

/**
 * Reads a stored JWKS (object or JSON text), in the form of Supabase's `GOTRUE_JWT_KEYS`: EC P-256 keys with a kid, of
 * which exactly one has key_ops ["sign"] and a private part.
 *
 * @throws TypeError when there is not exactly one signing key, or a key has another form.
 */
export async function importSigningKeys(jwks: unknown): Promise<SigningKeys> {
  const parsed = jwksSchema.safeParse(typeof jwks === "string" ? JSON.parse(jwks) : jwks);
  if (!parsed.success) throw new TypeError(`The signing keys are not a JWKS of EC P-256 keys: ${parsed.error.message}`);
  const keys: JWK[] = parsed.data.keys;
  const [signer, ...more] = keys.filter((key) => key.key_ops?.includes("sign") && key.d !== undefined);
  if (signer === undefined || more.length > 0)
    throw new TypeError('Exactly one of the signing keys must have key_ops ["sign"].');
  if (new Set(keys.map((key) => key.kid)).size !== keys.length) throw new TypeError("Two signing keys share a kid.");

  const publicKeys = keys.map(publicPart);
  const verifying = new Map<string, CryptoKey>();
  for (const key of publicKeys) verifying.set(key.kid as string, (await importJWK(key, signingAlgorithm)) as CryptoKey);
  return {
    signing: { kid: signer.kid as string, key: (await importJWK(signer, signingAlgorithm)) as CryptoKey },
    verifying,
    publicJwks: { keys: publicKeys },
    privateJwks: { keys: keys.map((key) => (key === signer ? key : publicPart(key))) },
    codeSecret: Buffer.from(hkdfSync("sha256", signer.d as string, "", "holdfast identity one-time codes", 32)),
  };
}

/**
 * A set with a new signing key. The former one stays to verify what it signed, without its private part, and of the
 * retired ones the newest `keepRetired` stay. API keys (`mintApiKey`) live as long as the key that signed them: mint
 * them again before their key is dropped.
 */
export async function rotateSigningKeys(keys: SigningKeys, keepRetired = 2): Promise<SigningKeys> {
  const former = keys.privateJwks.keys.find((key) => key.kid === keys.signing.kid) as JWK;
  const retired = keys.privateJwks.keys.filter((key) => key !== former);
  const kept = [publicPart(former), ...retired].slice(0, keepRetired);
  return importSigningKeys({ keys: [await newSigningJwk(), ...kept] });
}

async function newSigningJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: signingAlgorithm, use: "sig", key_ops: ["sign"] };
}

function publicPart({ d: _private, ...key }: JWK): JWK {
  return { ...key, alg: signingAlgorithm, use: "sig", key_ops: ["verify"] };
}
