import { z } from "zod";
import { byteCount, timestamp } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const count = z.number().int().nonnegative();

const reportSchema = z
  .object({
    version: z.string(),
    embedded: z.boolean(),
    startedAt: timestamp,
    sizeBytes: byteCount,
    connections: z.object({ used: count, most: count }),
    cacheHits: z
      .number()
      .nullable()
      .meta({ description: "share of blocks that were found in memory; null: none was read" }),
    oldestTransactionSeconds: count.nullable(),
    statsSince: timestamp.nullable().meta({ description: "since when uses of indexes are counted" }),
    tables: z.array(
      z.object({
        name: z.string(),
        rows: count.meta({ description: "estimated" }),
        deadRows: count,
        tableBytes: byteCount,
        indexBytes: byteCount,
        vacuumedAt: timestamp.nullable(),
        analyzedAt: timestamp.nullable(),
        partitions: count.meta({ description: "0: it has none" }),
      }),
    ),
    unusedIndexes: z.array(z.object({ table: z.string(), name: z.string(), bytes: byteCount })),
    scannedTables: z
      .array(z.object({ name: z.string(), scans: count, rowsPerScan: count }))
      .meta({ description: "large tables that are often read from one end to the other: an index may be missing" }),
    partitions: z.array(
      z.object({
        table: z.string(),
        made: count,
        until: z.string().nullable().meta({ description: "the last one, as its name says" }),
        strayRows: count.meta({ description: "rows that no partition was there for" }),
      }),
    ),
    statements: z.object({
      explanation: z.string().nullable().meta({ description: "why there are none, and how to have them" }),
      items: z.array(
        z.object({
          text: z.string().meta({ description: "with $1 in the place of every value" }),
          calls: count,
          totalMs: z.number(),
          meanMs: z.number(),
          rows: count,
        }),
      ),
    }),
  })
  .meta({ id: "DatabaseReport" });
export type DatabaseReport = z.infer<typeof reportSchema>;

export const adminDatabase = operation({
  id: "adminDatabase",
  method: "GET",
  path: "/api/v1/admin/database",
  tag: "admin",
  summary: "Sizes, slowest statements, indexes, dead rows, vacuum, connections and partitions of the database",
  access: "admin",
  status: 200,
  result: reportSchema,
  errors: [],
});
