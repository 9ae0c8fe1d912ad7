import { adminGetMaintenance, adminSetMaintenance } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../../platform/audit/audit.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { originOf } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { route } from "../../../platform/http/route.ts";
import type { Maintenance, MaintenanceState } from "../../../platform/maintenance/maintenance.ts";

export interface MaintenanceRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly maintenance: Maintenance;
}

export function maintenanceRoutes(app: FastifyInstance, { db, clock, maintenance }: MaintenanceRoutesDeps): void {
  route(app, adminGetMaintenance, ({ reply }) => {
    reply.header("cache-control", "no-store");
    return { maintenance: maintenance.current() };
  });

  route(app, adminSetMaintenance, async ({ body, principal, request }) => {
    const until = body.until ? new Date(body.until) : null;
    if (body.on && until !== null && until <= clock.now()) {
      throw new ProblemError(
        "invalid_request",
        "body.until: this moment is over. Give one that is still to come, or none.",
      );
    }
    const before = maintenance.current();
    const next: MaintenanceState | null = body.on
      ? {
          message: body.message || null,
          until: until?.toISOString() ?? null,
          since: before?.since ?? clock.now().toISOString(),
          by: before ? before.by : principal.userId,
        }
      : null;
    await db.transaction(async (tx) => {
      await maintenance.save(tx, next);
      const detail = next === null ? {} : { detail: { message: next.message, until: next.until } };
      const action = next === null ? "maintenance.end" : before === null ? "maintenance.begin" : "maintenance.change";
      if (next !== null || before !== null) await audit(tx, originOf(request), { action, targetId: null, ...detail });
    });
    await maintenance.refresh();
    return { maintenance: maintenance.current() };
  });
}
