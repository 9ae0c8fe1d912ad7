import type { JWTVerifyGetKey } from "jose";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { IdentityClient } from "../identity/identity-client.ts";
import type { Throttle } from "../throttle/throttle.ts";
import { createPersonalTokens, tokenIdOf } from "../tokens/personal-tokens.ts";
import { createTokenVerifier, type TokenVerifier } from "./access-token.ts";
import { type Authenticator, createAuthenticator } from "./authenticate.ts";
import { createPrincipals, type Principals } from "./principals.ts";
import type { RecentProof } from "./recent-proof.ts";
import { createRenewals, type Renewals } from "./renewals.ts";
import { loadSessionState, loadTokenState, type SessionLimits } from "./session-state.queries.ts";

export interface SessionsDeps {
  db: Database;
  clock: Clock;
  throttle: Throttle;
  identity: IdentityClient;
  keyFor: JWTVerifyGetKey;
  recentProof: RecentProof;
  publicUrl: string | null;
  limits: SessionLimits;
}

/** What tells who sends a request. */
export function createSessions({
  db,
  clock,
  throttle,
  identity,
  keyFor,
  recentProof,
  publicUrl,
  limits,
}: SessionsDeps): {
  verifier: TokenVerifier;
  principals: Principals;
  renewals: Renewals;
  authenticator: Authenticator;
} {
  const verifier = createTokenVerifier(keyFor, clock);
  const principals = createPrincipals((key) => {
    const tokenId = tokenIdOf(key);
    return tokenId ? loadTokenState(db, tokenId, clock.now()) : loadSessionState(db, key, clock.now(), limits);
  }, clock);
  const renewals = createRenewals((token, caller) => identity.renew(token, caller), clock);
  const personalTokens = createPersonalTokens(db, clock, throttle);
  const authenticator = createAuthenticator({ verifier, personalTokens, principals, renewals, recentProof, publicUrl });
  return { verifier, principals, renewals, authenticator };
}
