import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import { callerOf } from "../session/authenticate.ts";
import { setCookies } from "../session/cookies.ts";
import { prove } from "./prove.ts";

export function proofRoutes(app: FastifyInstance, deps: AuthDeps): void {
  route(app, contract.proofStatus, async ({ principal, reply }) => {
    reply.header("cache-control", "no-store");
    const { until, password, code } = await deps.recentProof.stateOf(principal);
    return { until: until?.toISOString() ?? null, password, code };
  });

  route(app, contract.prove, async ({ body, principal, request, reply }) => {
    reply.header("cache-control", "no-store");
    const token = deps.authenticator.accessTokenOf(request) as string;
    const proved = await prove(deps, principal, token, body, callerOf(request), originOf(request));
    const until = proved.until.toISOString();
    const { grant } = proved;
    if (grant === null) return { until };
    const expiresAt = grant.expiresAt.toISOString();
    if (body.transport === "bearer") {
      return { until, expiresAt, accessToken: grant.accessToken, refreshToken: grant.refreshToken };
    }
    setCookies(request, reply, grant, deps.publicUrl);
    return { until, expiresAt };
  });
}
