import { randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { IdentityError } from "../errors.ts";
import { findVerifyingKey, type SigningKeys } from "./signing-keys.ts";

export interface AccessTokenClaims {
  iss?: string;
  sub?: string;
  aud?: string;
  /** Seconds since 1970. Always there in tokens of ours; one made by hand may have no end. */
  exp?: number;
  iat?: number;
  /** Names one API key, so that it can be revoked. */
  jti?: string;
  email?: string;
  phone?: string;
  app_metadata?: Record<string, unknown>;
  user_metadata?: Record<string, unknown>;
  role?: string;
  aal?: "aal1" | "aal2" | "aal3";
  /** How the session proved itself, the newest first; timestamps are seconds since 1970. */
  amr?: { method: string; timestamp: number }[];
  session_id?: string;
  is_anonymous?: boolean;
}

export async function signAccessToken(keys: SigningKeys, claims: AccessTokenClaims): Promise<string> {
  const { alg, kid, key } = keys.signing;
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(key);
}

/**
 * Checks signature and expiry against our own keys, with the algorithm pinned by the key. It does not say whether the session still
 * exists: whoever accepts the token asks the database for that.
 *
 * @throws IdentityError 403 bad_jwt
 */
export async function verifyAccessToken(
  keys: SigningKeys,
  token: string,
  now = new Date(),
): Promise<AccessTokenClaims> {
  try {
    const { payload } = await jwtVerify<AccessTokenClaims>(token, (header) => findVerifyingKey(keys, header), {
      algorithms: ["ES256", "RS256", "HS256"],
      currentDate: now,
    });
    return payload;
  } catch (error) {
    const reason = error instanceof errors.JWTExpired ? "token is expired" : (error as Error).message;
    throw new IdentityError(403, "bad_jwt", `invalid JWT: unable to parse or verify signature, ${reason}`);
  }
}

export type ApiKeyRole = "anon" | "service_role";

const tenYearsInSeconds = 10 * 365 * 86_400;

/**
 * The long-lived keys that Supabase client libraries send as `apikey`. `service_role` opens the admin endpoints: it is a
 * secret of the server. `anon` opens nothing that is closed without it.
 *
 * @param id the `jti` by which the host can revoke it
 */
export async function mintApiKey(
  keys: SigningKeys,
  role: ApiKeyRole,
  { now = new Date(), id = randomUUID() }: { now?: Date; id?: string } = {},
): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  return signAccessToken(keys, { iss: "supabase", role, jti: id, iat, exp: iat + tenYearsInSeconds });
}
