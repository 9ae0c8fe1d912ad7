import { type RequiredScope, scopeOf } from "@holdfast/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import { refuseForeignOrigin, requireOwnOrigin } from "../site/origin-check.ts";
import { isPersonalToken, type PersonalTokens, tokenKey } from "../tokens/personal-tokens.ts";
import type { TokenVerifier, VerifiedToken } from "./access-token.ts";
import { readCookies, setCookies } from "./cookies.ts";
import type { Principals, SessionState } from "./principals.ts";
import type { RecentProof } from "./recent-proof.ts";
import type { Renewals } from "./renewals.ts";

export interface Authenticator {
  /**
   * Who sends this request, by bearer token, app password or cookie; null for nobody. Session, role and state are as the database has them
   * (at most a second ago, and at once after a change that was announced). An access cookie that ran out is renewed on the way.
   *
   * @param scope what a personal access token must be allowed to do; by default what the route's operation asks for, and nothing where
   *   the route has no operation: such a route says itself what its requests need
   * @throws ProblemError unauthenticated, session_ended, user_disabled, approval_pending, mfa_required, mfa_enrolment_required,
   *   recent_proof_required, token_scope_missing, bad_origin, rate_limited, unavailable
   */
  authenticate(request: FastifyRequest, scope?: RequiredScope): Promise<Principal | null>;
  /**
   * For requests that stay open: does what let this one in still stand? Renews nothing, because a renewed cookie could not be sent any more.
   * Throws only for trouble of ours.
   */
  stillSignedIn(request: FastifyRequest): Promise<boolean>;
  /** The access token that the request was let in with. */
  accessTokenOf(request: FastifyRequest): string | null;
  /** Puts renewed cookies, if there are any, on the answer. */
  sendRenewed(request: FastifyRequest, reply: FastifyReply): void;
  /** @throws ProblemError session_ended, user_disabled, approval_pending, mfa_required */
  principalOf(token: VerifiedToken): Promise<Principal>;
}

export interface AuthenticatorDeps {
  verifier: TokenVerifier;
  personalTokens: PersonalTokens;
  principals: Principals;
  renewals: Renewals;
  recentProof: Pick<RecentProof, "require">;
  publicUrl: string | null;
}

/** A token that does not expire. */
const FOREVER = new Date("9999-12-31T00:00:00Z");

export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null };
}

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { verifier, personalTokens, principals, renewals, publicUrl } = deps;
  const accessTokens = new WeakMap<FastifyRequest, string>();
  const renewed = new WeakMap<FastifyRequest, Grant>();

  async function principalOf({ sessionId, userId, expiresAt }: VerifiedToken): Promise<Principal> {
    const state = requireStanding(await principals.stateOf(sessionId, userId), userId);
    const { email, role } = state;
    return { userId, email, role, sessionId, expiresAt, ...missingFactor(state) };
  }

  async function admit(request: FastifyRequest, token: string): Promise<Principal> {
    const principal = await principalOf(await verifier.verify(token));
    accessTokens.set(request, token);
    requireSecondFactor(principal, request);
    const operation = request.routeOptions?.config?.operation;
    // Who may not do it at all is told so, and not asked for a password.
    if (operation?.recentProof && (operation.access !== "admin" || principal.role === "admin")) {
      await deps.recentProof.require(principal);
    }
    return principal;
  }

  async function admitToken(request: FastifyRequest, text: string, scope: RequiredScope): Promise<Principal> {
    const { id, userId, scopes, expiresAt } = await personalTokens.find(text, request.ip);
    const sessionId = tokenKey(id);
    const state = requireStanding(await principals.stateOf(sessionId, userId), userId);
    const { email, role } = state;
    const token = { id, scopes };
    if (scope !== "any" && (scope === "none" || !scopes.includes(scope))) {
      const closed = "This is not open to access tokens. Sign in to do it.";
      const missing = `The token needs the scope ${scope} for this. Make another one.`;
      throw new ProblemError("token_scope_missing", scope === "none" ? closed : missing);
    }
    const principal = { userId, email, role, sessionId, token, expiresAt: expiresAt ?? FOREVER };
    return requireSecondFactor({ ...principal, ...missingFactor(state) }, request);
  }

  /** An app password: the email address and a personal access token, as programs send them that know nothing else. */
  async function admitBasic(request: FastifyRequest, encoded: string, scope: RequiredScope): Promise<Principal | null> {
    const [, name = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
    if (!isPersonalToken(password)) return null;
    // Browsers keep such credentials and send them along for any page.
    refuseForeignOrigin(request, publicUrl);
    const principal = await admitToken(request, password, scope);
    if (principal.email.toLowerCase() === name.trim().toLowerCase()) return principal;
    throw new ProblemError("unauthenticated", "The app password belongs to another email address.");
  }

  return {
    async authenticate(request, asked) {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const operation = request.routeOptions.config.operation;
        const scope = asked ?? (operation ? scopeOf(operation) : "none");
        const [, scheme = "", credential = ""] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
        if (scheme.toLowerCase() === "basic") return admitBasic(request, credential, scope);
        if (credential === "") return null;
        return isPersonalToken(credential) ? admitToken(request, credential, scope) : admit(request, credential);
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
      return (
        state !== null &&
        !state.disabled &&
        !state.pending &&
        !state.keptOut &&
        !state.halfSignedIn &&
        !state.secondFactorMissing
      );
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

function requireStanding(state: SessionState | null, userId: string): SessionState {
  if (!state || state.userId !== userId) {
    throw new ProblemError("session_ended", "The session has ended. Sign in again.");
  }
  if (state.disabled) throw new ProblemError("user_disabled", "This account is disabled. Ask an administrator.");
  if (state.pending) {
    throw new ProblemError("approval_pending", "An administrator has to approve this account first.");
  }
  if (state.keptOut) {
    throw new ProblemError("not_in_group", "Only members of a certain group may sign in here. Ask an administrator.");
  }
  if (state.halfSignedIn) throw new ProblemError("mfa_required", "This session has not shown its second factor yet.");
  return state;
}

const missingFactor = (state: SessionState) =>
  state.secondFactorMissing ? { secondFactorMissing: true as const } : {};

/** Nothing but setting it up is open to who has to set up a second factor, by whatever way they come. */
function requireSecondFactor(principal: Principal, request: FastifyRequest): Principal {
  if (!principal.secondFactorMissing || request.routeOptions.config.operation?.beforeSecondFactor) return principal;
  throw new ProblemError(
    "mfa_enrolment_required",
    "This server asks for a second factor. Set up an authenticator app on the account page first.",
  );
}
