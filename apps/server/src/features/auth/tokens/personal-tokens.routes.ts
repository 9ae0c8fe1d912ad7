import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import { createPersonalTokensService, type PersonalTokensDeps } from "./personal-tokens.service.ts";

export function personalTokensRoutes(app: FastifyInstance, deps: PersonalTokensDeps): void {
  const service = createPersonalTokensService(deps);

  route(app, contract.listAccessTokens, async ({ principal }) => ({ items: await service.list(principal) }));

  route(app, contract.createAccessToken, async ({ principal, body, request, reply }) => {
    reply.header("cache-control", "no-store");
    return service.create(principal, body, originOf(request));
  });

  route(app, contract.revokeAccessToken, ({ principal, params, request }) =>
    service.revoke(principal, params.id, originOf(request)),
  );
}
