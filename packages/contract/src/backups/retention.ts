import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const tag = "backups";

const count = z.number().int().min(0).max(10_000).optional();

/** Which scheduled backups stay. Each rule adds to what stays; none at all keeps everything. The newest always stays. */
export const retentionSchema = z
  .object({
    last: count.meta({ description: "the newest so many" }),
    hourly: count.meta({ description: "the newest of each of the last so many hours that have one; the others alike" }),
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    withinDays: count.meta({ description: "all of so many days before the newest" }),
  })
  .meta({ id: "Retention" });

export type Retention = z.infer<typeof retentionSchema>;

export const previewRetention = operation({
  id: "previewRetention",
  method: "POST",
  path: "/api/v1/backup-schedules/{id}/retention/preview",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "Which of a schedule's backups a rule would keep, and which would go",
  access: "signed-in",
  params: idParams,
  body: z.object({ retention: retentionSchema.optional() }).default({}),
  status: 200,
  result: z.object({
    keep: z.array(z.object({ id: uuid, backupDate: timestamp, reasons: z.array(z.string()) })),
    remove: z.array(z.object({ id: uuid, backupDate: timestamp })),
  }),
  errors: ["not_found"],
});
