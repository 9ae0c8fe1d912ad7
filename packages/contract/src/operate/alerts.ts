import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "admin";

export const severitySchema = z.enum(["info", "warning", "critical"]);
export type Severity = z.infer<typeof severitySchema>;

export const alertSchema = z
  .object({
    id: uuid,
    /** The kind: `content.damaged`. */
    kind: z.string(),
    /** Which one: of each there is at most one open alert. */
    subject: z.string(),
    severity: severitySchema,
    title: z.string(),
    why: z.string().meta({ description: "why it matters" }),
    remedy: z.string().meta({ description: "what to do" }),
    page: z.object({ path: z.string(), label: z.string() }).meta({ description: "where to do it" }),
    data: z.record(z.string(), z.unknown()),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
    /** How often it was met. */
    count: z.number().int(),
    acknowledgedAt: timestamp.nullable(),
    silencedUntil: timestamp.nullable().meta({ description: "until then no channel is told of this kind and subject" }),
    /** When it was no longer so. */
    resolvedAt: timestamp.nullable(),
  })
  .meta({ id: "Alert" });
export type Alert = z.infer<typeof alertSchema>;

/** `open` needs somebody: it is not resolved, nobody has acknowledged it, and it is not silenced. */
export const alertStateSchema = z.enum(["open", "acknowledged", "silenced", "resolved", "all"]);
export type AlertState = z.infer<typeof alertStateSchema>;

export const adminListAlerts = operation({
  id: "adminListAlerts",
  method: "GET",
  path: "/api/v1/admin/alerts",
  tag,
  summary: "What an administrator has to know, newest first",
  access: "admin",
  query: pageQuery.extend({
    state: alertStateSchema.default("open"),
    severity: severitySchema.optional(),
    kind: text().max(100).optional(),
  }),
  status: 200,
  /** How many there are in all, whatever is asked for; `critical` of those that are open. */
  result: pageOf(alertSchema).extend({
    open: z.number().int(),
    critical: z.number().int(),
    acknowledged: z.number().int(),
    silenced: z.number().int(),
  }),
  errors: ["invalid_cursor"],
});

const change = z.object({
  acknowledged: z.boolean().optional(),
  silencedUntil: timestamp.nullable().optional().meta({
    description: "at most a year ahead; null ends it. It holds for the kind and subject, also when it comes again",
  }),
});
export type AlertChange = z.infer<typeof change>;

export const adminUpdateAlerts = operation({
  id: "adminUpdateAlerts",
  method: "PATCH",
  path: "/api/v1/admin/alerts",
  tag,
  summary: "Acknowledge or silence several alerts; ids that are not there are passed over",
  access: "admin",
  body: change.extend({ ids: z.array(uuid).min(1).max(500) }),
  status: 200,
  result: z.object({ items: z.array(alertSchema) }),
  errors: ["invalid_expiry"],
});

export const adminUpdateAlert = operation({
  id: "adminUpdateAlert",
  method: "PATCH",
  path: "/api/v1/admin/alerts/{id}",
  tag,
  summary: "Acknowledge or silence an alert",
  access: "admin",
  params: idParams,
  body: change,
  status: 200,
  result: alertSchema,
  errors: ["not_found", "invalid_expiry"],
});

export const alertRuleSchema = z
  .object({
    kind: z.string(),
    name: z.string(),
    why: z.string(),
    severity: severitySchema.meta({ description: "the usual one" }),
    enabled: z.boolean(),
    threshold: z
      .object({
        label: z.string(),
        unit: z.enum(["days", "hours", "percent", "milliseconds", "millions"]),
        value: z.number(),
        usual: z.number(),
        min: z.number(),
        max: z.number(),
      })
      .nullable(),
  })
  .meta({ id: "AlertRule" });
export type AlertRule = z.infer<typeof alertRuleSchema>;

const rules = z.object({ items: z.array(alertRuleSchema) });

export const adminListAlertRules = operation({
  id: "adminListAlertRules",
  method: "GET",
  path: "/api/v1/admin/alert-rules",
  tag,
  summary: "Every kind of alert, whether it is on, and from what on it is raised",
  access: "admin",
  status: 200,
  result: rules,
  errors: [],
});

export const adminUpdateAlertRules = operation({
  id: "adminUpdateAlertRules",
  method: "PATCH",
  path: "/api/v1/admin/alert-rules",
  tag,
  summary: "Turn kinds of alerts on or off, and change thresholds; null is the usual one",
  access: "admin",
  body: z.object({
    items: z
      .array(
        z.object({
          kind: text().min(1).max(100),
          enabled: z.boolean().optional(),
          threshold: z.number().nullable().optional(),
        }),
      )
      .min(1)
      .max(100),
  }),
  status: 200,
  result: rules,
  errors: [],
});
