import { z } from "zod";
import { operation } from "../base/operation.ts";

export const alertSchema = z
  .object({
    id: z.uuid(),
    /** The kind: `content.damaged`. */
    kind: z.string(),
    /** Which one: of each there is at most one open alert. */
    subject: z.string(),
    severity: z.enum(["info", "warning", "critical"]),
    title: z.string(),
    data: z.record(z.string(), z.unknown()),
    firstSeenAt: z.string(),
    lastSeenAt: z.string(),
    /** How often it was met. */
    count: z.number().int(),
    acknowledgedAt: z.string().nullable(),
    /** When it was no longer so. */
    resolvedAt: z.string().nullable(),
  })
  .meta({ id: "Alert" });
export type Alert = z.infer<typeof alertSchema>;

export const adminListAlerts = operation({
  id: "adminListAlerts",
  method: "GET",
  path: "/api/v1/admin/alerts",
  tag: "admin",
  summary: "What an administrator has to know, met last first",
  access: "admin",
  query: z.object({
    state: z.enum(["open", "all"]).default("open"),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  status: 200,
  /** `open` is how many are open in all. */
  result: z.object({ items: z.array(alertSchema), open: z.number().int() }),
  errors: [],
});
