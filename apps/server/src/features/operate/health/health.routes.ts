import { adminHealth } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { route } from "../../../platform/http/route.ts";
import { lookAtHealth } from "./health.ts";
import { type HealthDeps, installationChecks } from "./installation-checks.ts";

export function healthRoutes(app: FastifyInstance, deps: HealthDeps): void {
  route(app, adminHealth, ({ request, reply }) => {
    reply.header("cache-control", "no-store");
    const address = `${request.protocol}://${request.host}`;
    return lookAtHealth(installationChecks(deps, address), deps.clock.now());
  });
}
