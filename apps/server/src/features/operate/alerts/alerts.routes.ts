import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { route } from "../../../platform/http/route.ts";
import type { AlertsDeps } from "./alerts.deps.ts";
import { listAlerts, updateAlerts } from "./alerts.service.ts";
import { channelsRoutes } from "./channels/channels.routes.ts";
import { listRules, updateRules } from "./rules/rules.ts";

export function alertsRoutes(app: FastifyInstance, deps: AlertsDeps): void {
  const { db } = deps;
  route(app, contract.adminListAlerts, ({ query }) => listAlerts(db, query));
  route(app, contract.adminUpdateAlerts, async ({ body: { ids, ...change }, request }) => ({
    items: await updateAlerts(deps, originOf(request), [...new Set(ids)], change),
  }));
  route(app, contract.adminUpdateAlert, async ({ params: { id }, body, request }) => {
    const [alert] = await updateAlerts(deps, originOf(request), [id], body);
    if (!alert) throw notFound();
    return alert;
  });
  route(app, contract.adminListAlertRules, async () => ({ items: await listRules(db) }));
  route(app, contract.adminUpdateAlertRules, async ({ body, request }) => ({
    items: await updateRules(db, originOf(request), body.items),
  }));
  channelsRoutes(app, deps);
}
