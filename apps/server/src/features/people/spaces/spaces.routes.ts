import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import { deleteSpace, restoreSpace, updateSpace } from "./change-space.ts";
import { toSpace } from "./space-view.ts";
import { createSpace, findSpace, listSpaceMembers, listSpaces, type SpacesDeps } from "./spaces.ts";

export function spacesRoutes(app: FastifyInstance, deps: SpacesDeps): void {
  const { db } = deps;
  route(app, contract.listSpaces, ({ principal, query }) => listSpaces(deps, principal, query));
  route(app, contract.createSpace, ({ principal, body, request }) =>
    createSpace(deps, originOf(request), principal, body),
  );
  route(app, contract.getSpace, async ({ principal, params }) => toSpace(await findSpace(db, principal, params.id)));
  route(app, contract.updateSpace, ({ principal, params, body, request }) =>
    updateSpace(db, originOf(request), principal, params.id, body),
  );
  route(app, contract.deleteSpace, ({ principal, params, query, request }) =>
    deleteSpace(db, originOf(request), principal, params.id, query.name),
  );
  route(app, contract.restoreSpace, ({ principal, params, request }) =>
    restoreSpace(db, originOf(request), principal, params.id),
  );
  route(app, contract.listSpaceMembers, ({ principal, params, query }) =>
    listSpaceMembers(db, principal, params.id, query),
  );
}
