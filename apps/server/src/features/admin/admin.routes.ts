import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { route } from "../../platform/http/route.ts";
import type { AdminService } from "./admin.service.ts";

export function adminRoutes(app: FastifyInstance, service: AdminService): void {
  route(app, contract.adminListUsers, ({ query: { limit, cursor, q } }) =>
    service.listUsers({ limit, cursor, search: q || undefined }),
  );

  route(app, contract.adminCreateUser, ({ body, request }) => service.createUser(body, originOf(request)));

  route(app, contract.adminUpdateUser, ({ params, body, request }) =>
    service.updateUser(params.id, body, originOf(request)),
  );

  route(app, contract.adminDeleteUser, ({ params, request }) => service.deleteUser(params.id, originOf(request)));
}
