import { hash } from "node:crypto";
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { Clock } from "../../../platform/clock.ts";
import { ProblemError } from "../../../platform/http/problem.ts";

/** What a valid access token says. It does not say whether the session still stands: `principals.ts` does. */
export interface VerifiedToken {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export interface TokenVerifier {
  /** @throws ProblemError unauthenticated, or unavailable where the service's keys cannot be fetched */
  verify(token: string): Promise<VerifiedToken>;
}

/** API keys (anon, service_role) are JWTs of the same keys: they name no session and are refused here. */
const claimsSchema = z.object({
  sub: z.uuid(),
  session_id: z.uuid(),
  exp: z.number(),
  role: z.literal("authenticated"),
});

const algorithms = ["ES256", "ES384", "RS256", "EdDSA", "HS256"];
const CAPACITY = 20_000;

/**
 * Supabase Auth's access tokens (`supabase-contract` 1.8). The key decides which algorithm it takes: `keyFor` gives none for another.
 * Tokens that were good are remembered by their hash until they run out, so that a busy session costs one SHA-256 a request.
 */
export function createTokenVerifier(keyFor: JWTVerifyGetKey, clock: Clock, issuer?: string): TokenVerifier {
  const good = new Map<string, VerifiedToken>();

  return {
    async verify(token) {
      const name = hash("sha256", token, "base64");
      const now = clock.now();
      const known = good.get(name);
      if (known && known.expiresAt > now) return known;
      if (known) good.delete(name);
      const verified = await check(token, now);
      if (good.size >= CAPACITY) forgetOldest(good, now);
      good.set(name, verified);
      return verified;
    },
  };

  async function check(token: string, now: Date): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        algorithms,
        audience: "authenticated",
        currentDate: now,
        ...(issuer ? { issuer } : {}),
      });
      const claims = claimsSchema.parse(payload);
      return { userId: claims.sub, sessionId: claims.session_id, expiresAt: new Date(claims.exp * 1000) };
    } catch (cause) {
      if (isAway(cause)) {
        throw new ProblemError("unavailable", "Sign-in cannot be reached right now. Try again in a moment.", {
          cause,
          headers: { "retry-after": "2" },
        });
      }
      throw new ProblemError("unauthenticated", "The access token is not valid (any more). Refresh it, or sign in.", {
        cause,
        headers: { "www-authenticate": 'Bearer error="invalid_token"' },
      });
    }
  }
}

/** The key set could not be fetched: that says nothing about the token, and must sign nobody out. */
function isAway(error: unknown): boolean {
  if (error instanceof errors.JOSEError) return error.code === "ERR_JWKS_TIMEOUT" || error.code === "ERR_JOSE_GENERIC";
  return error instanceof TypeError && error.message === "fetch failed";
}

function forgetOldest(good: Map<string, VerifiedToken>, now: Date): void {
  for (const [name, { expiresAt }] of good) if (expiresAt <= now) good.delete(name);
  for (const name of good.keys()) {
    if (good.size < CAPACITY) return;
    good.delete(name);
  }
}
