import * as contract from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { route } from "../../platform/http/route.ts";
import { createShare } from "./create-share.ts";
import { publicShareRoutes } from "./recipient/public.routes.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import { listAccesses, listShares, revokeShare } from "./sharing.service.ts";
import { updateShare } from "./update-share.ts";

/** Links, for their owners and for recipients. */
export function sharingRoutes(app: FastifyInstance, deps: SharingDeps): void {
  const baseUrl = (request: FastifyRequest) => deps.publicUrl ?? `${request.protocol}://${request.host}`;

  route(app, contract.createShare, ({ principal, body, request }) =>
    createShare(deps, originOf(request), { ...body, userId: principal.userId }, baseUrl(request)),
  );
  route(app, contract.listShares, ({ principal, query, request }) =>
    listShares(deps, principal.userId, query, baseUrl(request)),
  );
  route(app, contract.updateShare, ({ principal, params, body, request }) =>
    updateShare(deps, originOf(request), principal.userId, params.id, body, baseUrl(request)),
  );
  route(app, contract.revokeShare, ({ principal, params, request }) =>
    revokeShare(deps, originOf(request), principal.userId, params.id),
  );
  route(app, contract.listShareAccesses, ({ principal, params, query }) =>
    listAccesses(deps, principal.userId, params.id, query),
  );
  publicShareRoutes(app, deps);
}
