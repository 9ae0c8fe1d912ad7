import { heldInMaintenance } from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ProblemError } from "../http/problem.ts";
import { type Maintenance, type MaintenanceState, maintenanceSentence } from "./maintenance.ts";

const AGAIN_AT_LEAST_S = 30;
const AGAIN_AT_MOST_S = 3_600;

/** Of Supabase Auth's own routes, what signs somebody in or out, and what its service key administers. */
const servedBelowAuth =
  /^\/auth\/v1\/(token|logout|admin\/.*|invite|factors\/[^/]+\/(challenge|verify)|passkeys\/authentication\/(options|verify)|callback)\/?$/;

/** In maintenance mode what would change files, links or accounts is answered 503, with the administrator's words. */
export function refuseInMaintenance(app: FastifyInstance, maintenance: Pick<Maintenance, "current">): void {
  app.addHook("onRequest", async (request, reply) => {
    const state = maintenance.current();
    if (state === null || !isHeld(request)) return;
    const error = new ProblemError("maintenance", maintenanceSentence(state), {
      headers: { "retry-after": String(secondsUntil(state)) },
    });
    // Supabase's clients know its own words alone.
    if (isBelowAuth(request)) {
      return reply.code(503).headers(error.headers).send({ code: 503, error_code: error.code, msg: error.message });
    }
    throw error;
  });
}

function isBelowAuth({ url }: FastifyRequest): boolean {
  return /^\/auth\/v1(\/|$)/.test(url);
}

function isHeld(request: FastifyRequest): boolean {
  const { operation } = request.routeOptions.config;
  if (operation) return heldInMaintenance(operation);
  if (!isBelowAuth(request) || request.is404) return false;
  const path = (request.url.split("?", 1)[0] as string).replace(/\/$/, "");
  // A link in a mail changes the account that it was sent to, though it is opened by GET.
  if (path === "/auth/v1/verify") return true;
  return !/^(GET|HEAD|OPTIONS)$/.test(request.method) && !servedBelowAuth.test(path);
}

function secondsUntil({ until }: MaintenanceState): number {
  const left = until === null ? 0 : Math.ceil((Date.parse(until) - Date.now()) / 1000);
  return Math.min(Math.max(left, AGAIN_AT_LEAST_S), AGAIN_AT_MOST_S);
}
