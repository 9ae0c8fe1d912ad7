import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../../platform/http/principal.ts";
import { route } from "../../../../platform/http/route.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { createChannel, deleteChannel, listChannels, testChannel, updateChannel } from "./channels.service.ts";

export function channelsRoutes(app: FastifyInstance, deps: AlertsDeps): void {
  route(app, contract.adminListAlertChannels, async () => ({
    items: await listChannels(deps),
    mail: deps.mailer !== null,
  }));
  route(app, contract.adminCreateAlertChannel, ({ body, request }) => createChannel(deps, originOf(request), body));
  route(app, contract.adminUpdateAlertChannel, ({ params, body, request }) =>
    updateChannel(deps, originOf(request), params.id, body),
  );
  route(app, contract.adminDeleteAlertChannel, ({ params, request }) =>
    deleteChannel(deps, originOf(request), params.id),
  );
  route(app, contract.adminTestAlertChannel, ({ params, request }) => testChannel(deps, originOf(request), params.id));
}
