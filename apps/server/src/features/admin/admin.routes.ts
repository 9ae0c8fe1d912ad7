import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf, type Principal } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { route } from "../../platform/http/route.ts";
import type { Auth } from "../auth/index.ts";
import type { FilesDeps } from "../files/index.ts";
import type { AdminService } from "./admin.service.ts";
import { leavingOf } from "./leaving/leaving.ts";
import { beginTransfer } from "./leaving/transfer-files.ts";

export function adminRoutes(
  app: FastifyInstance,
  service: AdminService,
  auth: Pick<Auth, "requireRecentProof">,
  files: FilesDeps,
): void {
  route(app, contract.adminListUsers, ({ query: { limit, cursor, q } }) =>
    service.listUsers({ limit, cursor, search: q || undefined }),
  );

  route(app, contract.adminCreateUser, ({ body, request }) => service.createUser(body, originOf(request)));

  route(app, contract.adminUpdateUser, async ({ params, body, principal, request }) => {
    refuseOwnToken(principal, params.id);
    const { role, password, email } = body;
    if ([role, password, email].some((each) => each !== undefined)) await auth.requireRecentProof(principal);
    return service.updateUser(params.id, body, originOf(request));
  });

  route(app, contract.adminDeleteUser, ({ params, query, principal, request }) => {
    refuseOwnToken(principal, params.id);
    return service.deleteUser(params.id, originOf(request), query.override);
  });

  route(app, contract.adminGetLeaving, ({ params }) => leavingOf(files.db, params.id, files.clock.now()));
  route(app, contract.adminTransferFiles, ({ params, body, request }) =>
    beginTransfer(files, originOf(request), { userId: params.id, toSpaceId: body.toSpaceId }),
  );

  route(app, contract.adminResetFactors, async ({ params, principal, request }) => {
    refuseOwnToken(principal, params.id);
    await auth.requireRecentProof(principal);
    return service.resetFactors(params.id, originOf(request));
  });
}

/** A token changes nothing of the account that it belongs to: it could make itself more than it is. */
function refuseOwnToken({ token, userId }: Principal, id: string): void {
  if (!token || userId !== id) return;
  throw new ProblemError("token_scope_missing", "A token cannot change its own account. Sign in to do it.");
}
