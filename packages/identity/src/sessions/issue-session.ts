import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import type { FastifyReply } from "fastify";
import type { Database } from "../database.ts";
import { type AccessTokenClaims, signAccessToken } from "../keys/access-token.ts";
import type { Caller, Identity } from "../service.ts";
import { findUserById } from "../users/users.queries.ts";
import { type UserRecord, userJson } from "../users/users.records.ts";
import { newSessionSecret, refreshTokenOf } from "./session-secret.ts";
import { findSession, insertSession, type SessionRecord } from "./sessions.queries.ts";

/** How a session was proved. The names are those of Supabase Auth's `amr` claim. */
export type AuthenticationMethod =
  | "password"
  | "otp"
  | "oauth"
  | "anonymous"
  | "totp"
  | "mfa/webauthn"
  | "passkey"
  | "recovery"
  | "invite"
  | "magiclink"
  | "email/signup"
  | "email_change";

/** The session object of the contract. */
export interface SessionResponse {
  access_token: string;
  token_type: "bearer";
  /** Seconds. */
  expires_in: number;
  /** Seconds since 1970. */
  expires_at: number;
  refresh_token: string;
  user: Record<string, unknown>;
  provider_token?: string;
  provider_refresh_token?: string;
  weak_password?: { message: string; reasons: string[] };
}

export interface IssuedSession {
  response: SessionResponse;
  userId: string;
  sessionId: string;
}

/**
 * Opens a session for somebody who has just proved who they are.
 * @param aal aal2 where the one method was two factors: a passkey that asked for a PIN or a finger
 */
export async function issueSession(
  identity: Identity,
  db: Database,
  userId: string,
  method: AuthenticationMethod,
  caller: Caller,
  aal: "aal1" | "aal2" = "aal1",
): Promise<IssuedSession> {
  const now = identity.now();
  const sessionId = randomUUID();
  const secret = newSessionSecret(identity.keys(), sessionId);
  await insertSession(db, {
    id: sessionId,
    userId,
    ...{ method, aal, refreshKey: secret.stored },
    ip: inet(caller.ip),
    userAgent: caller.userAgent,
    now,
  });
  const user = await findUserById(db, userId);
  const session = await findSession(db, sessionId);
  if (user === undefined || session === undefined) throw new Error("The account vanished while it was signed in.");
  const refreshToken = refreshTokenOf(sessionId, secret, 0n);
  return { response: await sessionResponse(identity, user, session, refreshToken), userId, sessionId };
}

/** The answer for a session that exists. Only signs; reads nothing. */
export async function sessionResponse(
  identity: Identity,
  user: UserRecord,
  session: SessionRecord,
  refreshToken: string,
): Promise<SessionResponse> {
  const { config } = identity;
  const iat = Math.floor(identity.now().getTime() / 1000);
  const exp = iat + config.jwtExpiry;
  const claims: AccessTokenClaims = {
    iss: config.jwtIssuer ?? config.externalUrl,
    sub: user.id,
    aud: user.aud,
    exp,
    iat,
    email: user.email ?? "",
    phone: user.phone ?? "",
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    role: user.role,
    aal: session.aal === "aal2" || session.amr.some(isSecondFactor) ? "aal2" : "aal1",
    amr: session.amr,
    session_id: session.id,
    is_anonymous: user.is_anonymous,
  };
  return {
    access_token: await signAccessToken(identity.keys(), claims),
    token_type: "bearer",
    expires_in: config.jwtExpiry,
    expires_at: exp,
    refresh_token: refreshToken,
    user: userJson(user),
  };
}

const isSecondFactor = ({ method }: { method: string }) => method === "totp" || method.startsWith("mfa/");

/** Headers that name who signed in, for gateways and logs. */
export function sessionHeaders(reply: FastifyReply, session: { userId: string; sessionId: string }): void {
  reply.header("sb-auth-user-id", session.userId).header("sb-auth-session-id", session.sessionId);
}

/** The address for an inet column. A zone (fe80::1%eth0) is not part of it, and a socket file has none. */
export function inet(ip: string): string | null {
  const address = ip.split("%")[0] as string;
  return isIP(address) ? address : null;
}
