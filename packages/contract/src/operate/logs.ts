import { z } from "zod";
import { pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

export const logLevelSchema = z.enum(["fatal", "error", "warn", "info", "debug", "trace"]);
export type LogLevel = z.infer<typeof logLevelSchema>;

const logLineSchema = z
  .object({
    id: uuid,
    at: timestamp,
    level: logLevelSchema,
    node: z.string().meta({ description: "host name" }),
    part: z.string().meta({ description: "which process there: api, worker" }),
    message: z.string(),
    requestId: z.string().nullable(),
    line: z.string().meta({ description: "the line as it was written, JSON; cut off after 8 KiB" }),
  })
  .meta({ id: "LogLine" });
export type LogLine = z.infer<typeof logLineSchema>;

const levelStateSchema = z.object({
  level: logLevelSchema,
  usual: logLevelSchema.meta({ description: "of the settings of the node that answers" }),
  until: timestamp
    .nullable()
    .meta({ description: "when it goes back to the usual one by itself; null: it is the usual one" }),
});

export const adminListLogs = operation({
  id: "adminListLogs",
  method: "GET",
  path: "/api/v1/admin/logs",
  tag: "admin",
  summary: "Lines of the log at level warn and above, of all nodes, newest first",
  access: "admin",
  query: pageQuery.extend({
    level: z.enum(["warn", "error", "fatal"]).default("warn").meta({ description: "this one and above" }),
    q: text().trim().max(200).optional().meta({ description: "a part of the line" }),
    node: text().max(255).optional(),
    part: text().max(50).optional(),
    requestId: text().max(100).optional(),
    from: timestamp.optional(),
    to: timestamp.optional(),
  }),
  status: 200,
  result: pageOf(logLineSchema).extend({
    days: z.number().int().meta({ description: "how many days are kept" }),
    logLevel: levelStateSchema,
  }),
  errors: ["invalid_cursor"],
});

export const adminSetLogLevel = operation({
  id: "adminSetLogLevel",
  method: "POST",
  path: "/api/v1/admin/log-level",
  repeatable: true,
  tag: "admin",
  summary: "Log more, or less, for a while, on every node; it goes back by itself",
  access: "admin",
  body: z.object({
    level: logLevelSchema,
    minutes: z.number().int().min(0).max(1440).default(15).meta({ description: "0: back to the usual one at once" }),
  }),
  status: 200,
  result: levelStateSchema,
  errors: [],
});
