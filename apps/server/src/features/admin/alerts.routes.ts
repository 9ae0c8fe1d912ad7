import { adminListAlerts } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Database } from "../../platform/database/database.ts";
import { route } from "../../platform/http/route.ts";
import { listAlerts } from "../../platform/monitoring/alerts.ts";

export function alertsRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  route(app, adminListAlerts, async ({ query: { state, limit } }) => {
    const { items, open } = await listAlerts(db, { open: state === "open", limit });
    return {
      open,
      items: items.map((row) => ({
        ...{
          id: row.id,
          kind: row.kind,
          subject: row.subject,
          severity: row.severity,
          title: row.title,
          data: row.data,
        },
        count: row.count,
        firstSeenAt: row.first_seen_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
        acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
        resolvedAt: row.resolved_at?.toISOString() ?? null,
      })),
    };
  });
}
