import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Database } from "../../../platform/database/database.ts";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import { addGroupMember, removeGroupMember } from "./group-members.ts";
import { createGroup, deleteGroup, getGroup, listGroups, listMembers, updateGroup } from "./groups.ts";

export function groupsRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  route(app, contract.listGroups, ({ principal, query }) => listGroups(db, principal, query));
  route(app, contract.createGroup, ({ body, request }) => createGroup(db, originOf(request), body));
  route(app, contract.getGroup, ({ principal, params }) => getGroup(db, principal, params.id));
  route(app, contract.updateGroup, ({ params, body, request }) => updateGroup(db, originOf(request), params.id, body));
  route(app, contract.deleteGroup, ({ params, request }) => deleteGroup(db, originOf(request), params.id));

  route(app, contract.listGroupMembers, ({ principal, params, query }) => listMembers(db, principal, params.id, query));
  route(app, contract.addGroupMember, ({ params, body, request }) =>
    addGroupMember(db, originOf(request), params.id, body.userId),
  );
  route(app, contract.removeGroupMember, ({ params, request }) =>
    removeGroupMember(db, originOf(request), params.id, params.userId),
  );
}
