import type { FastifyRequest } from "fastify";
import { forbidden, IdentityError } from "../errors.ts";
import { uuidPattern } from "../http/body.ts";
import { type AccessTokenClaims, verifyAccessToken } from "../keys/access-token.ts";
import type { Identity } from "../service.ts";
import { findUserById } from "../users/users.queries.ts";
import { isBanned, type UserRecord } from "../users/users.records.ts";
import { isOver } from "./session-limits.ts";
import { findSession, type SessionRecord } from "./sessions.queries.ts";

export interface SignedIn {
  claims: AccessTokenClaims;
  user: UserRecord;
  session: SessionRecord;
}

/**
 * Who asks. User, session and ban are read again for every request, so that a revocation counts at once.
 *
 * @throws IdentityError 401 no_authorization, 403 (bad_jwt, user_not_found, session_not_found, user_banned)
 */
export async function requireUser(identity: Identity, request: FastifyRequest): Promise<SignedIn> {
  const claims = await requireToken(identity, request);
  if (!claims.sub) throw forbidden("bad_jwt", "invalid claim: missing sub claim");
  if (!uuidPattern.test(claims.sub)) throw forbidden("bad_jwt", "invalid claim: sub claim must be a UUID");
  if (!uuidPattern.test(claims.session_id ?? "")) {
    throw forbidden("bad_jwt", "invalid claim: session_id claim must be a UUID");
  }
  const [user, session] = await Promise.all([
    findUserById(identity.pool, claims.sub),
    findSession(identity.pool, claims.session_id as string),
  ]);
  if (user === undefined) throw forbidden("user_not_found", "User from sub claim in JWT does not exist");
  if (session === undefined || session.user_id !== user.id || isOver(identity, session)) {
    throw forbidden("session_not_found", "Session from session_id claim in JWT does not exist");
  }
  if (isBanned(user, identity.now())) throw forbidden("user_banned", "User is banned");
  return { claims, user, session };
}

/** Supabase's roles of administrators; a person's token never has one of them unless an administrator set it. */
const adminRoles = ["service_role", "supabase_admin"];

/** @throws IdentityError 401 no_authorization, 403 (bad_jwt, not_admin) */
export async function requireAdmin(identity: Identity, request: FastifyRequest): Promise<void> {
  const claims = await requireToken(identity, request);
  if (!adminRoles.includes(claims.role)) throw forbidden("not_admin", "User not allowed");
  // A person with such a role is bound to a session like everybody else; the service key has none.
  if (claims.sub !== undefined) await requireUser(identity, request);
}

async function requireToken(identity: Identity, request: FastifyRequest): Promise<AccessTokenClaims> {
  const token = /^Bearer (\S+\.\S+\.\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) {
    throw new IdentityError(401, "no_authorization", "This endpoint requires a valid Bearer token");
  }
  return verifyAccessToken(identity.keys(), token, identity.now());
}
