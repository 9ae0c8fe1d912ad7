import { adminDatabase } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Database } from "../../../platform/database/database.ts";
import { route } from "../../../platform/http/route.ts";
import * as queries from "./database.queries.ts";
import { slowStatements } from "./slow-statements.ts";

/** Smaller ones cost nothing. */
const INDEX_BYTES = 2 ** 20;
/** Rows that are read at a time before somebody should wonder. */
const MANY_ROWS = 10_000;
const MOST = 30;

export function databaseRoutes(app: FastifyInstance, { db, embedded }: { db: Database; embedded: boolean }): void {
  route(app, adminDatabase, async ({ reply }) => {
    reply.header("cache-control", "no-store");
    const server = await queries.findServer.first(db);
    if (!server) throw new Error("The database says nothing of itself.");
    const tables = await queries.listTables.all(db, MOST);
    const partitions = await queries.listPartitions.all(db);
    const scanned = await queries.listScannedTables.all(db, MANY_ROWS, MOST);
    return {
      ...{ version: server.version, embedded, sizeBytes: server.size, cacheHits: server.hits },
      startedAt: server.started_at.toISOString(),
      connections: { used: server.used, most: server.most },
      oldestTransactionSeconds: server.oldest === null ? null : Math.max(0, server.oldest),
      statsSince: server.stats_since?.toISOString() ?? null,
      tables: tables.map((table) => ({
        ...{ name: table.name, rows: table.rows, deadRows: table.dead, partitions: table.partitions },
        ...{ tableBytes: table.table_bytes, indexBytes: table.index_bytes },
        vacuumedAt: table.vacuumed_at?.toISOString() ?? null,
        analyzedAt: table.analyzed_at?.toISOString() ?? null,
      })),
      unusedIndexes: await queries.listUnusedIndexes.all(db, INDEX_BYTES, MOST),
      scannedTables: scanned.map(({ name, scans, per_scan }) => ({ name, scans, rowsPerScan: per_scan })),
      partitions: partitions.map(({ table, made, until, stray }) => ({ table, made, until, strayRows: stray })),
      statements: await slowStatements(db),
    };
  });
}
