import { adminListNodes, adminUpdates } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Database } from "../../../platform/database/database.ts";
import type { Migration } from "../../../platform/database/migrate/migrate.ts";
import { route } from "../../../platform/http/route.ts";
import { listNodes } from "../../../platform/nodes/nodes.queries.ts";
import { schemaState } from "../updates/schema-state.ts";
import { findVersion } from "./nodes.queries.ts";

export interface NodesRoutesDeps {
  readonly db: Database;
  readonly version: string;
  readonly revision: string | null;
  readonly embedded: boolean;
  /** Of this Holdfast. */
  readonly migrations: readonly Migration[];
}

export function nodesRoutes(app: FastifyInstance, deps: NodesRoutesDeps): void {
  const { db, version, revision, embedded } = deps;

  route(app, adminListNodes, async ({ reply }) => {
    reply.header("cache-control", "no-store");
    const rows = await listNodes.all(db);
    return {
      items: rows.map((row) => ({
        ...{ id: row.id, host: row.host, role: row.role, pid: row.pid, version: row.version, revision: row.revision },
        ...{ alive: row.alive, cores: row.cores, load: row.load, nodeVersion: row.node_version },
        startedAt: row.started_at.toISOString(),
        seenAt: row.seen_at.toISOString(),
        memoryUsed: row.memory_used,
        memoryAvailable: row.memory_available,
        memoryTotal: row.memory_total,
      })),
    };
  });

  route(app, adminUpdates, async () => {
    const schema = await schemaState(db, deps.migrations);
    const alive = (await listNodes.all(db)).filter((node) => node.alive);
    return {
      ...{ version, revision, embedded, nodeVersion: process.versions.node },
      postgresVersion: (await findVersion.first(db))?.version ?? "",
      schema: { ...schema, pending: [...schema.pending], newer: [...schema.newer] },
      versions: [...new Set(alive.map((node) => node.version))].sort(),
    };
  });
}
