import { errors, jwtVerify, SignJWT } from "jose";
import { IdentityError } from "../errors.ts";
import { type SigningKeys, signingAlgorithm } from "./signing-keys.ts";

export interface AccessTokenClaims {
  iss?: string;
  sub?: string;
  aud?: string;
  /** Seconds since 1970. */
  exp: number;
  iat: number;
  email?: string;
  phone?: string;
  app_metadata?: Record<string, unknown>;
  user_metadata?: Record<string, unknown>;
  role: string;
  aal?: "aal1" | "aal2" | "aal3";
  /** How the session proved itself, the newest first; timestamps are seconds since 1970. */
  amr?: { method: string; timestamp: number }[];
  session_id?: string;
  is_anonymous?: boolean;
}

export async function signAccessToken(keys: SigningKeys, claims: AccessTokenClaims): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: signingAlgorithm, kid: keys.signing.kid, typ: "JWT" })
    .sign(keys.signing.key);
}

/**
 * Checks signature and expiry against our own keys, with the algorithm pinned. It does not say whether the session still
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
    const { payload } = await jwtVerify<AccessTokenClaims>(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : keys.verifying.get(kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey(`unrecognized JWT kid ${kid}`);
        return key;
      },
      { algorithms: [signingAlgorithm], currentDate: now, requiredClaims: ["exp", "role"] },
    );
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
 */
export async function mintApiKey(keys: SigningKeys, role: ApiKeyRole, now = new Date()): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  return signAccessToken(keys, { iss: "supabase", role, iat, exp: iat + tenYearsInSeconds });
}
