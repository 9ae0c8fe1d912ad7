import { z } from "zod";
import { byteCount, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

/** `noun.verb`; several, separated by commas. */
const actionFilter = text()
  .max(2000)
  .regex(/^[a-z][a-z_-]*\.[a-z_-]+(,[a-z][a-z_-]*\.[a-z_-]+){0,49}$/, {
    error: "must be names of actions such as file.download, at most 50, separated by commas",
  })
  .meta({ description: "an action such as file.download, or up to 50 separated by commas" });

export const accessOutcomes = ["ok", "refused", "failed"] as const;

const ownFilters = z.object({
  action: actionFilter.optional(),
  from: timestamp.optional().meta({ description: "from this time on" }),
  to: timestamp.optional().meta({ description: "before this time" }),
  outcome: z.enum(accessOutcomes).optional(),
});

const filters = ownFilters.extend({
  actorId: uuid.optional().meta({ description: "what this user did" }),
  targetId: uuid.optional().meta({ description: "what was done with this file, link, user, backup …" }),
  ip: z
    .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
      error: "must be an address such as 192.0.2.7, or a network such as 192.0.2.0/24",
    })
    .optional()
    .meta({ description: "an address, or a network in CIDR notation" }),
  q: text()
    .trim()
    .max(200)
    .optional()
    .meta({ description: "words of what it was done with, of a user's name or address, or of the action" }),
});

export const accessEntrySchema = z
  .object({
    id: uuid,
    occurredAt: timestamp,
    lastAt: timestamp.meta({ description: "the last one, where several that are alike are one entry" }),
    times: z.number().int().meta({ description: "how many alike within ten minutes" }),
    log: z.enum(["changes", "reads"]).meta({ description: "which retention holds: changes are kept longer" }),
    actorId: z.string().nullable(),
    actorName: z.string().nullable(),
    actorEmail: z.string().nullable(),
    via: z
      .string()
      .nullable()
      .meta({ description: "session, token, app-password, link, system or anonymous; null: from before it was noted" }),
    action: z.string(),
    outcome: z.enum(accessOutcomes),
    targetId: z.string().nullable(),
    targetName: z.string().nullable().meta({ description: "as it was called then" }),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    bytes: byteCount.nullable(),
    requestId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: "AccessEntry" });
export type AccessEntry = z.infer<typeof accessEntrySchema>;
export type AccessFilters = z.infer<typeof filters>;

export const adminListAccessLog = operation({
  id: "adminListAccessLog",
  method: "GET",
  path: "/api/v1/admin/access-logs",
  tag: "admin",
  summary:
    "Who did what, newest first: changes, downloads, sign-ins and what was refused. A page that ends early has a cursor where more may follow",
  access: "admin",
  query: filters.extend(pageQuery.shape),
  status: 200,
  result: pageOf(accessEntrySchema),
  errors: ["invalid_cursor"],
});

export const adminExportAccessLog = operation({
  id: "adminExportAccessLog",
  method: "GET",
  path: "/api/v1/admin/access-logs/export",
  tag: "admin",
  summary:
    "The same as one file, newest first: CSV with a heading (cells that a program would take for a formula begin with an apostrophe), or a JSON object a line",
  access: "admin",
  query: filters.extend({ format: z.enum(["csv", "ndjson"]).default("csv") }),
  status: 200,
  result: bytes,
  errors: ["too_many_at_once"],
});

const ownEntrySchema = accessEntrySchema
  .omit({ actorId: true, actorName: true, actorEmail: true })
  .extend({ byMe: z.boolean().meta({ description: "false: it was done to my account, or somebody tried to" }) })
  .meta({ id: "OwnAccessEntry" });
export type OwnAccessEntry = z.infer<typeof ownEntrySchema>;

export const listMyActivity = operation({
  id: "listMyActivity",
  method: "GET",
  path: "/api/v1/me/activity",
  tag: "users",
  summary: "What I did, and what was done to my account, newest first",
  access: "signed-in",
  query: ownFilters.extend(pageQuery.shape),
  status: 200,
  result: pageOf(ownEntrySchema),
  errors: ["invalid_cursor"],
});
