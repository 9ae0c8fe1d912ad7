import { z } from "zod";
import { byteCount, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const nodeSchema = z
  .object({
    id: uuid.meta({ description: "of one life of a process" }),
    host: z.string(),
    role: z.string().meta({ description: "`api` or `worker`; role `all` runs one of each" }),
    pid: z.number().int(),
    version: z.string(),
    revision: z.string().nullable().meta({ description: "the commit, where it is known" }),
    nodeVersion: z.string(),
    startedAt: timestamp,
    seenAt: timestamp,
    alive: z.boolean().meta({ description: "heard of in the last minute" }),
    cores: z.number().int(),
    load: z.number().meta({ description: "of the last minute" }),
    memoryUsed: byteCount,
    memoryAvailable: byteCount,
    memoryTotal: byteCount,
  })
  .meta({ id: "Node" });
export type NodeView = z.infer<typeof nodeSchema>;

export const adminListNodes = operation({
  id: "adminListNodes",
  method: "GET",
  path: "/api/v1/admin/nodes",
  tag: "admin",
  summary: "Processes of this installation, and those of the last day that are silent",
  access: "admin",
  status: 200,
  result: z.object({ items: z.array(nodeSchema) }),
  errors: [],
});

export const adminUpdates = operation({
  id: "adminUpdates",
  method: "GET",
  path: "/api/v1/admin/updates",
  tag: "admin",
  summary: "Which version this is, and what of the schema is applied",
  access: "admin",
  status: 200,
  result: z.object({
    version: z.string(),
    revision: z.string().nullable().meta({ description: "the commit, where it is known" }),
    nodeVersion: z.string(),
    postgresVersion: z.string(),
    embedded: z.boolean().meta({ description: "PostgreSQL is the one that Holdfast runs itself" }),
    schema: z.object({
      version: z.string().nullable(),
      applied: z.number().int(),
      pending: z.array(z.string()),
      newer: z
        .array(z.string())
        .meta({ description: "applied by a newer Holdfast that runs, or ran, on this database" }),
    }),
    versions: z.array(z.string()).meta({ description: "of the processes that are alive" }),
  }),
  errors: [],
});
