import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { route } from "../../platform/http/route.ts";
import { searchDirectory } from "./directory/search-directory.ts";
import { changeGrant } from "./grants/change-grant.ts";
import { endGrant } from "./grants/end-grant.ts";
import { giveGrant } from "./grants/give-grant.ts";
import { listAccess } from "./grants/list-access.ts";
import { setInheritance } from "./grants/set-inheritance.ts";
import type { PeopleDeps } from "./people.deps.ts";
import { hideShared, listShared } from "./shared/list-shared.ts";

export function peopleRoutes(app: FastifyInstance, deps: PeopleDeps): void {
  route(app, contract.listGrants, ({ principal, params }) => listAccess(deps.db, principal.userId, params.id));
  route(app, contract.createGrant, async ({ principal, params, body, request, reply }) => {
    const wanted = { ...body, userId: principal.userId, fileId: params.id };
    const { grant, made } = await giveGrant(deps, originOf(request), wanted);
    if (made) reply.code(201);
    return grant;
  });
  route(app, contract.updateGrant, ({ principal, params, body, request }) =>
    changeGrant(deps, originOf(request), { ...body, userId: principal.userId, grantId: params.id }),
  );
  route(app, contract.deleteGrant, ({ principal, params, request }) =>
    endGrant(deps, originOf(request), principal.userId, params.id),
  );
  route(app, contract.setInheritance, ({ principal, params, body, request }) =>
    setInheritance(deps, originOf(request), principal.userId, params.id, body.inherits),
  );
  route(app, contract.searchDirectory, ({ principal, query }) => searchDirectory(deps, principal.userId, query.q));
  route(app, contract.listSharedWithMe, ({ principal, query }) => listShared(deps, principal.userId, query));
  route(app, contract.updateSharedWithMe, ({ principal, params, body }) =>
    hideShared(deps, principal.userId, params.id, body.hidden),
  );
}
