import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import type { TokenVerifier, VerifiedToken } from "./access-token.ts";
import { readCookies, setCookies } from "./cookies.ts";
import type { Caller, Grant } from "./identity-client.ts";
import { requireOwnOrigin } from "./origin-check.ts";
import type { Principals } from "./principals.ts";
import type { Renewals } from "./renewals.ts";

export interface Authenticator {
  /**
   * Who sends this request, by bearer token or cookie; null for nobody. Session, role and state are as the database has them (at most a second
   * ago, and at once after a change that was announced). An access cookie that ran out is renewed on the way.
   * @throws ProblemError unauthenticated, session_ended, user_disabled, mfa_required, bad_origin, unavailable
   */
  authenticate(request: FastifyRequest): Promise<Principal | null>;
  /**
   * For requests that stay open: does what let this one in still stand? Renews nothing, because a renewed cookie could not be sent any more.
   * Throws only for trouble of ours.
   */
  stillSignedIn(request: FastifyRequest): Promise<boolean>;
  /** The access token that the request was let in with. */
  accessTokenOf(request: FastifyRequest): string | null;
  /** Puts renewed cookies, if there are any, on the answer. */
  sendRenewed(request: FastifyRequest, reply: FastifyReply): void;
  /** @throws ProblemError session_ended, user_disabled, mfa_required */
  principalOf(token: VerifiedToken): Promise<Principal>;
}

export interface AuthenticatorDeps {
  verifier: TokenVerifier;
  principals: Principals;
  renewals: Renewals;
  publicUrl: string | null;
}

export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null };
}

export function createAuthenticator({ verifier, principals, renewals, publicUrl }: AuthenticatorDeps): Authenticator {
  const accessTokens = new WeakMap<FastifyRequest, string>();
  const renewed = new WeakMap<FastifyRequest, Grant>();

  async function principalOf({ sessionId, userId, expiresAt }: VerifiedToken): Promise<Principal> {
    const state = await principals.stateOf(sessionId, userId);
    if (!state || state.userId !== userId) {
      throw new ProblemError("session_ended", "The session has ended. Sign in again.");
    }
    if (state.disabled) throw new ProblemError("user_disabled", "This account is disabled. Ask an administrator.");
    if (state.halfSignedIn) throw new ProblemError("mfa_required", "This session has not shown its second factor yet.");
    return { userId, email: state.email, role: state.role, sessionId, expiresAt };
  }

  async function admit(request: FastifyRequest, token: string): Promise<Principal> {
    const principal = await principalOf(await verifier.verify(token));
    accessTokens.set(request, token);
    return principal;
  }

  return {
    async authenticate(request) {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
        return bearer === undefined ? null : admit(request, bearer);
      }
      const { accessToken, refreshToken } = readCookies(request);
      if (accessToken === null && refreshToken === null) return null;
      requireOwnOrigin(request, publicUrl);
      if (accessToken !== null) {
        try {
          return await admit(request, accessToken);
        } catch (error) {
          const expired = error instanceof ProblemError && error.code === "unauthenticated";
          if (!expired) throw error;
          if (refreshToken === null) return null;
        }
      }
      const grant = await renewals.renew(refreshToken as string, callerOf(request));
      const principal = await admit(request, grant.accessToken);
      renewed.set(request, grant);
      return principal;
    },
    async stillSignedIn({ principal }) {
      if (!principal) return false;
      const state = await principals.stateOf(principal.sessionId, principal.userId);
      return state !== null && !state.disabled && !state.halfSignedIn;
    },
    accessTokenOf: (request) => accessTokens.get(request) ?? null,
    sendRenewed(request, reply) {
      const grant = renewed.get(request);
      if (!grant) return;
      renewed.delete(request);
      setCookies(request, reply, grant, publicUrl);
    },
    principalOf,
  };
}
