import * as contract from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { route } from "../../platform/http/route.ts";
import type { AuthDeps } from "./auth.deps.ts";
import type { IdentityHost } from "./identity/identity-host.ts";
import { noticesRoutes } from "./notices/notices.routes.ts";
import { oidcRoutes } from "./oidc/oidc.routes.ts";
import { passkeysRoutes } from "./passkeys/passkeys.routes.ts";
import { changePassword } from "./password/change-password.ts";
import { proofRoutes } from "./proof/proof.routes.ts";
import { recoveryRoutes } from "./recovery/recovery.routes.ts";
import { secondFactorRoutes } from "./second-factor/second-factor.routes.ts";
import { createSessionAnswers, type SessionAnswers } from "./session/answer-session.ts";
import { callerOf } from "./session/authenticate.ts";
import { clearCookies, readCookies } from "./session/cookies.ts";
import { revokeSession, sessionsOf, signOut } from "./session/sessions.ts";
import { setupRoutes } from "./setup/setup.routes.ts";
import type { Setup } from "./setup/setup.ts";
import { register } from "./sign-in/register.ts";
import { refreshSession, signIn } from "./sign-in/sign-in.ts";
import { requireOwnOrigin } from "./site/origin-check.ts";
import { personalTokensRoutes } from "./tokens/personal-tokens.routes.ts";
import { changeProfile, profileOf } from "./users/profile.ts";

/** Everything that sign-in serves. */
export async function mountRoutes(app: FastifyInstance, deps: AuthDeps, setup: Setup, host: IdentityHost) {
  const { authenticator, principals, publicUrl, siteUrl } = deps;
  // Early, for handlers that write their answer themselves; late, for requests that were refused after the renewal.
  app.addHook("onRequest", async (request, reply) => authenticator.sendRenewed(request, reply));
  app.addHook("onSend", async (request, reply) => authenticator.sendRenewed(request, reply));
  await app.register(async (contractApp) => {
    // A sign-out, a ban, a new factor: effective here before it is answered. The database tells other nodes a moment later.
    contractApp.addHook("onSend", async (request, reply) => {
      if (request.method === "GET" || reply.statusCode >= 400 || request.url.startsWith("/auth/v1/token")) return;
      principals.forgetAll();
    });
    await host.mount(contractApp);
  });
  const answers = createSessionAnswers(publicUrl, siteUrl);
  personalTokensRoutes(app, deps);
  recoveryRoutes(app, deps);
  oidcRoutes(app, deps, host.providers);
  noticesRoutes(app, deps);
  proofRoutes(app, deps);
  secondFactorRoutes(app, deps, answers);
  passkeysRoutes(app, deps, answers);
  setupRoutes(app, deps, setup, answers);
  authRoutes(app, deps, answers);
}

function authRoutes(app: FastifyInstance, deps: AuthDeps, { answer, requireOwnPage }: SessionAnswers): void {
  const { authenticator, publicUrl } = deps;
  const accessTokenOf = (request: FastifyRequest) => authenticator.accessTokenOf(request) as string;

  route(app, contract.register, async ({ body, request, reply }) => {
    requireOwnPage(request, body.transport);
    const result = await register(deps, body.email, body.password, callerOf(request), originOf(request));
    if (result === "confirm") return { confirmationSentTo: body.email };
    if (result === "approve") return { approvalPending: true as const };
    return answer(request, reply, result, body.transport);
  });

  route(app, contract.login, async ({ body, request, reply }) => {
    requireOwnPage(request, body.transport);
    return answer(request, reply, await signIn(deps, body.email, body.password, callerOf(request)), body.transport);
  });

  route(app, contract.refresh, async ({ body, request, reply }) => {
    const fromCookie = body.refreshToken === undefined;
    const token = body.refreshToken ?? readCookies(request).refreshToken;
    if (!token) throw new ProblemError("session_ended", "There is no session to renew. Sign in.");
    const transport = body.transport ?? (fromCookie ? "cookie" : "bearer");
    if (fromCookie) requireOwnOrigin(request, publicUrl);
    else requireOwnPage(request, transport);
    return answer(request, reply, await refreshSession(deps, token, callerOf(request)), transport);
  });

  route(app, contract.logout, async ({ body, principal, request, reply }) => {
    await signOut(deps, principal, accessTokenOf(request), body.scope, callerOf(request), originOf(request));
    if (body.scope !== "others") clearCookies(request, reply, publicUrl);
  });

  route(app, contract.currentSession, async ({ request, reply }) => {
    reply.header("cache-control", "no-store");
    try {
      const principal = await authenticator.authenticate(request);
      if (!principal) return { user: null, expiresAt: null };
      const expiresAt = principal.expiresAt.toISOString();
      const missing = principal.secondFactorMissing ? { secondFactorMissing: true } : {};
      return { user: await profileOf(deps.db, principal), expiresAt, ...missing };
    } catch (error) {
      // A credential that is no good is nobody; that the database is away is another matter.
      if (!(error instanceof ProblemError) || error.status >= 500) throw error;
      const ended = error.code === "session_ended" ? { ended: true } : {};
      return { user: null, expiresAt: null, ...ended };
    }
  });

  route(app, contract.listSessions, async ({ principal }) => ({ items: await sessionsOf(deps, principal) }));

  route(app, contract.revokeSession, async ({ params, principal, request, reply }) => {
    await revokeSession(deps, principal, params.id, originOf(request));
    if (params.id === principal.sessionId) clearCookies(request, reply, publicUrl);
  });

  route(app, contract.changePassword, async ({ body, principal, request }) => {
    await changePassword(deps, principal, accessTokenOf(request), body, callerOf(request), originOf(request));
  });

  route(app, contract.listLogins, ({ query, principal }) => deps.history.list(principal.userId, query));

  route(app, contract.me, ({ principal }) => profileOf(deps.db, principal));

  route(app, contract.updateMe, ({ body, principal, request }) =>
    changeProfile(deps, principal, body.displayName, originOf(request)),
  );
}
