import type { FastifyRequest } from "fastify";
import { badRequest, forbidden, IdentityError } from "../errors.ts";
import { uuidPattern } from "../http/body.ts";
import { type AccessTokenClaims, verifyAccessToken } from "../keys/access-token.ts";
import type { Identity } from "../service.ts";
import { findUserById } from "../users/users.queries.ts";
import { isBanned, type UserRecord } from "../users/users.records.ts";
import { limitReached } from "./session-limits.ts";
import { findSession, type SessionRecord } from "./sessions.queries.ts";

export interface SignedIn {
  claims: AccessTokenClaims;
  user: UserRecord;
  session: SessionRecord;
}

/**
 * Who asks, in which session. User, session and ban are read again for every request, so that a revocation counts at once.
 *
 * @throws IdentityError 401 no_authorization, 400 bad_jwt, 403 (bad_jwt, user_not_found, session_not_found, user_banned)
 */
export async function requireUser(identity: Identity, request: FastifyRequest): Promise<SignedIn> {
  const { claims, user, session } = await requireAccount(identity, request);
  if (session === null) throw forbidden("session_not_found", "This needs a token with a session_id claim");
  return { claims, user, session };
}

/**
 * Who asks. The session is null where the token names none: no token of ours does, but whoever holds a signing key can make one.
 *
 * @throws as `requireUser`
 */
export async function requireAccount(
  identity: Identity,
  request: FastifyRequest,
): Promise<Omit<SignedIn, "session"> & { session: SessionRecord | null }> {
  return accountOf(identity, await requireToken(identity, request));
}

async function accountOf(identity: Identity, claims: AccessTokenClaims) {
  const { sub, session_id: sessionId } = claims;
  if (!sub) throw forbidden("bad_jwt", "invalid claim: missing sub claim");
  if (!uuidPattern.test(sub)) throw badRequest("bad_jwt", "invalid claim: sub claim must be a UUID");
  if (sessionId && !uuidPattern.test(sessionId)) {
    throw forbidden("bad_jwt", "invalid claim: session_id claim must be a UUID");
  }
  const [user, session] = await Promise.all([
    findUserById(identity.pool, sub),
    sessionId ? findSession(identity.pool, sessionId) : null,
  ]);
  if (user === undefined) throw forbidden("user_not_found", "User from sub claim in JWT does not exist");
  const isForeign = session !== null && session?.user_id !== user.id;
  if (session === undefined || isForeign || (session !== null && limitReached(identity, session) !== null)) {
    throw forbidden("session_not_found", "Session from session_id claim in JWT does not exist");
  }
  if (isBanned(user, identity.now())) throw forbidden("user_banned", "User is banned");
  return { claims, user, session };
}

/** Supabase's roles of administrators; a person's token never has one of them unless an administrator set it. */
const adminRoles = ["service_role", "supabase_admin"];

/** @throws IdentityError 401 no_authorization, 403 (bad_jwt, not_admin), and as `requireUser` for a person's token */
export async function requireAdmin(identity: Identity, request: FastifyRequest): Promise<void> {
  const claims = await requireToken(identity, request);
  if (!adminRoles.includes(claims.role ?? "")) throw forbidden("not_admin", "User not allowed");
  // A person with such a role is bound to a session like everybody else. A key names none, and its subject need not be an account.
  if (claims.session_id !== undefined) {
    await accountOf(identity, claims);
    return;
  }
  const key = { id: claims.jti ?? null, issuedAt: claims.iat ?? 0 };
  if (await identity.hooks.isKeyRevoked?.(key)) throw forbidden("bad_jwt", "invalid JWT: the key was revoked");
}

async function requireToken(identity: Identity, request: FastifyRequest): Promise<AccessTokenClaims> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) {
    throw new IdentityError(401, "no_authorization", "This endpoint requires a valid Bearer token");
  }
  return verifyAccessToken(identity.keys(), token, identity.now());
}
