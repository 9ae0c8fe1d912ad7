import { getMetrics } from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isFromThisMachine } from "../../../platform/http/connection/network.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { answered, route } from "../../../platform/http/route.ts";
import { showsToken } from "../../../platform/metrics/bearer.ts";
import { expositionType } from "../../../platform/metrics/exposition.ts";

export interface MetricsRoutesDeps {
  /** Who shows it is answered, wherever they are; null: this machine alone. */
  readonly token: string | null;
  text(): Promise<string>;
}

/** `GET /metrics`, for Prometheus. */
export function metricsRoutes(app: FastifyInstance, { token, text }: MetricsRoutesDeps): void {
  route(app, getMetrics, async ({ request, reply }) => {
    refuseOthers(request, token);
    const body = await text();
    reply.type(expositionType).header("cache-control", "no-store").send(body);
    return answered;
  });
}

/** @throws ProblemError */
function refuseOthers(request: FastifyRequest, token: string | null): void {
  const { authorization } = request.headers;
  if (token === null) {
    if (!asksItself(request)) throw notFound();
    return;
  }
  if (authorization === undefined && asksItself(request)) return;
  if (!showsToken(authorization, token)) {
    throw new ProblemError("unauthenticated", "Send METRICS_TOKEN as a bearer token.", {
      headers: { "www-authenticate": 'Bearer realm="metrics"' },
    });
  }
}

/** By an address of the machine itself as well: what a proxy without headers passes on names the host that people use. */
function asksItself(request: FastifyRequest): boolean {
  const host = request.headers.host?.replace(/:\d+$/, "") ?? "";
  return isFromThisMachine(request) && /^(localhost|127\.[\d.]+|\[::1\])$/i.test(host);
}
