import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { route } from "../../platform/http/route.ts";
import type { InvitationsService } from "./invitations.service.ts";

export function invitationsRoutes(app: FastifyInstance, service: InvitationsService): void {
  route(app, contract.adminListInvitations, ({ query: { limit, cursor } }) => service.list({ limit, cursor }));

  route(app, contract.adminInviteUser, ({ body, request, reply }) => {
    reply.header("cache-control", "no-store");
    return service.invite(body, originOf(request));
  });

  route(app, contract.adminResendInvitation, ({ params, body, request, reply }) => {
    reply.header("cache-control", "no-store");
    return service.resend(params.id, body.asLink, originOf(request));
  });

  route(app, contract.adminRevokeInvitation, ({ params, request }) => service.revoke(params.id, originOf(request)));
}
