import type { Queryable } from "../database/database.ts";
import * as queries from "../database/database-state.queries.ts";
import type { Source } from "./gather.ts";

/** What PostgreSQL says about itself. */
export function databaseSources(db: Queryable): Source[] {
  return [
    {
      name: "database",
      freshMs: 5_000,
      metrics: [
        { name: "holdfast_database_cache_hits_total", help: "Blocks found in PostgreSQL's memory.", counter: true },
        { name: "holdfast_database_cache_misses_total", help: "Blocks read from the system.", counter: true },
        { name: "holdfast_database_deadlocks_total", help: "Deadlocks.", counter: true },
        { name: "holdfast_database_connections_limit", help: "The most connections that PostgreSQL takes." },
        { name: "holdfast_database_live_rows", help: "Rows of all tables, as PostgreSQL estimates." },
        { name: "holdfast_database_dead_rows", help: "Rows that wait for vacuum, as PostgreSQL estimates." },
      ],
      async ask() {
        const counts = await queries.findCounts.first(db);
        if (!counts) return [];
        return [
          ["holdfast_database_cache_hits_total", counts.cache_hits],
          ["holdfast_database_cache_misses_total", counts.cache_misses],
          ["holdfast_database_deadlocks_total", counts.deadlocks],
          ["holdfast_database_connections_limit", counts.max_connections],
          ["holdfast_database_live_rows", counts.live_rows],
          ["holdfast_database_dead_rows", counts.dead_rows],
        ];
      },
    },
    {
      name: "database_activity",
      freshMs: 5_000,
      metrics: [
        { name: "holdfast_database_connections", help: "Connections to the database, by state.", labels: ["state"] },
        { name: "holdfast_database_oldest_transaction_seconds", help: "Age of the oldest open transaction." },
      ],
      async ask() {
        const rows = await queries.findActivity.all(db);
        const oldest = Math.max(0, ...rows.map((row) => row.oldest_seconds));
        return [
          ["holdfast_database_oldest_transaction_seconds", oldest],
          ...rows.map(
            ({ state, connections }) => ["holdfast_database_connections", connections, { state: word(state) }] as const,
          ),
        ];
      },
    },
    {
      name: "database_replication",
      freshMs: 5_000,
      metrics: [
        { name: "holdfast_database_replicas", help: "Replicas that are connected." },
        { name: "holdfast_database_replication_lag_bytes", help: "How far the last replica is behind." },
        { name: "holdfast_database_replication_lag_seconds", help: "How long ago what it has replayed was written." },
      ],
      async ask() {
        const found = await queries.findReplication.first(db);
        return [
          ["holdfast_database_replicas", found?.replicas ?? 0],
          ["holdfast_database_replication_lag_bytes", found?.lag_bytes ?? null],
          ["holdfast_database_replication_lag_seconds", found?.lag_seconds ?? null],
        ];
      },
    },
    {
      name: "database_size",
      // It looks at every file of the database.
      freshMs: 60_000,
      metrics: [{ name: "holdfast_database_size_bytes", help: "What the database takes on its disk." }],
      ask: async () => [["holdfast_database_size_bytes", (await queries.findSize.first(db))?.bytes ?? null]],
    },
  ];
}

const word = (state: string) => state.replaceAll(" ", "_");
