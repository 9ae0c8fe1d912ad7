import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import { createPersonalTokensService, type PersonalTokensDeps } from "./personal-tokens.service.ts";

export function personalTokensRoutes(app: FastifyInstance, deps: PersonalTokensDeps & Pick<AuthDeps, "notices">): void {
  const service = createPersonalTokensService(deps);

  route(app, contract.listAccessTokens, async ({ principal }) => ({ items: await service.list(principal) }));

  route(app, contract.createAccessToken, async ({ principal, body, request, reply }) => {
    reply.header("cache-control", "no-store");
    const made = await service.create(principal, body, originOf(request));
    const caller = { ip: request.ip, userAgent: request.headers["user-agent"] ?? null };
    deps.notices.tell({ userId: principal.userId, kind: "token", caller });
    return made;
  });

  route(app, contract.revokeAccessToken, ({ principal, params, request }) =>
    service.revoke(principal, params.id, originOf(request)),
  );
}
