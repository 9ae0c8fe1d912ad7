import * as contract from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { route } from "../../platform/http/route.ts";
import { changePassword } from "./password/change-password.ts";
import type { SessionAnswers } from "./session/answer-session.ts";
import { type Authenticator, callerOf } from "./session/authenticate.ts";
import { clearCookies, readCookies } from "./session/cookies.ts";
import type { Setup } from "./setup/setup.ts";
import type { AuthService, AuthServiceDeps } from "./sign-in/sign-in.ts";
import { requireOwnOrigin } from "./site/origin-check.ts";

export interface AuthRoutesDeps {
  service: AuthService;
  deps: AuthServiceDeps;
  authenticator: Authenticator;
  setup: Setup;
  answers: SessionAnswers;
  publicUrl: string | null;
}

export function authRoutes(
  app: FastifyInstance,
  { service, deps, authenticator, setup, answers, publicUrl }: AuthRoutesDeps,
): void {
  const { answer, requireOwnPage } = answers;
  const accessTokenOf = (request: FastifyRequest) => authenticator.accessTokenOf(request) as string;

  route(app, contract.register, async ({ body, request, reply }) => {
    requireOwnPage(request, body.transport);
    const result = await service.register(body.email, body.password, callerOf(request), originOf(request));
    if (result === "confirm") return { confirmationSentTo: body.email };
    if (result === "approve") return { approvalPending: true as const };
    return answer(request, reply, result, body.transport);
  });

  route(app, contract.login, async ({ body, request, reply }) => {
    requireOwnPage(request, body.transport);
    return answer(request, reply, await service.login(body.email, body.password, callerOf(request)), body.transport);
  });

  route(app, contract.refresh, async ({ body, request, reply }) => {
    const fromCookie = body.refreshToken === undefined;
    const token = body.refreshToken ?? readCookies(request).refreshToken;
    if (!token) throw new ProblemError("session_ended", "There is no session to renew. Sign in.");
    const transport = body.transport ?? (fromCookie ? "cookie" : "bearer");
    if (fromCookie) requireOwnOrigin(request, publicUrl);
    else requireOwnPage(request, transport);
    return answer(request, reply, await service.refresh(token, callerOf(request)), transport);
  });

  route(app, contract.logout, async ({ body, principal, request, reply }) => {
    await service.logout(principal, accessTokenOf(request), body.scope, callerOf(request), originOf(request));
    if (body.scope !== "others") clearCookies(request, reply, publicUrl);
  });

  route(app, contract.currentSession, async ({ request, reply }) => {
    reply.header("cache-control", "no-store");
    try {
      const principal = await authenticator.authenticate(request);
      if (!principal) return { user: null, expiresAt: null };
      const expiresAt = principal.expiresAt.toISOString();
      const missing = principal.secondFactorMissing ? { secondFactorMissing: true } : {};
      return { user: await service.me(principal), expiresAt, ...missing };
    } catch (error) {
      // A credential that is no good is nobody; that the database is away is another matter.
      if (error instanceof ProblemError && error.status < 500) return { user: null, expiresAt: null };
      throw error;
    }
  });

  route(app, contract.listSessions, async ({ principal }) => ({ items: await service.listSessions(principal) }));

  route(app, contract.revokeSession, async ({ params, principal, request, reply }) => {
    await service.revokeSession(principal, params.id, originOf(request));
    if (params.id === principal.sessionId) clearCookies(request, reply, publicUrl);
  });

  route(app, contract.changePassword, async ({ body, principal, request }) => {
    await changePassword(deps, principal, accessTokenOf(request), body, callerOf(request), originOf(request));
  });

  route(app, contract.listLogins, async ({ query, principal }) => {
    const { items, last } = await service.listLogins(principal, query.limit, beforeOf(query.cursor));
    return { items, nextCursor: last };
  });

  route(app, contract.setupStatus, async () => ({ open: await setup.isOpen() }));

  route(app, contract.setup, async ({ body, request, reply }) => {
    requireOwnPage(request, body.transport);
    await setup.complete(body, callerOf(request), originOf(request));
    return answer(request, reply, await service.login(body.email, body.password, callerOf(request)), body.transport);
  });

  route(app, contract.me, ({ principal }) => service.me(principal));

  route(app, contract.updateMe, ({ body, principal, request }) =>
    service.updateMe(principal, body.displayName, originOf(request)),
  );
}

/** The cursor of the history is the id of the last entry that was shown. */
function beforeOf(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (contract.uuid.safeParse(cursor).success) return cursor;
  throw new ProblemError("invalid_cursor", "The cursor is not one that this list gave. Start from the first page.");
}
