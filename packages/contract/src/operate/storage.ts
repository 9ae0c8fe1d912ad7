import { z } from "zod";
import { byteCount, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const count = z.number().int().nonnegative();

export const storageReportSchema = z
  .object({
    id: uuid,
    startedAt: timestamp,
    finishedAt: timestamp,
    objects: count.meta({ description: "segments in the object store" }),
    bytes: byteCount,
    segments: count.meta({ description: "segments in the tables" }),
    unreferenced: count.meta({ description: "objects without a row" }),
    unreferencedBytes: byteCount,
    removed: count.meta({ description: "of those, what an earlier report saw and the grace is over for" }),
    removedBytes: byteCount,
    missing: count.meta({ description: "segments that files need, without an object" }),
    wrongSize: count,
    unknown: count.meta({ description: "objects that are no segments; they are left alone" }),
    leftovers: count.meta({ description: "temporary files of writes that were cut short" }),
    leftoverBytes: byteCount,
    refusal: z.string().nullable().meta({ description: "why nothing was removed, and what to do" }),
    problems: z.array(
      z.object({
        sha256: z.string(),
        kind: z.enum(["missing", "wrong-size"]),
        expected: byteCount,
        found: byteCount.nullable(),
        files: z.array(z.object({ fileId: uuid, path: z.string(), owner: z.string() })),
      }),
    ),
  })
  .meta({ id: "StorageReport" });

export const adminStorageReport = operation({
  id: "adminStorageReport",
  method: "GET",
  path: "/api/v1/admin/storage/report",
  tag: "admin",
  summary: "The last comparison of the object store with the tables",
  access: "admin",
  status: 200,
  result: z.object({ report: storageReportSchema.nullable() }),
  errors: [],
});
