import { z } from "zod";
import { timestamp } from "../base/common.ts";
import { operation } from "../base/operation.ts";

/** `notice`: nothing is wrong, but it should be known. `warning`: something will go wrong. `problem`: something does not work. */
export const healthStateSchema = z.enum(["ok", "notice", "warning", "problem"]);
export type HealthState = z.infer<typeof healthStateSchema>;

export const healthAreaSchema = z.enum(["service", "database", "backups", "network", "server"]);
export type HealthArea = z.infer<typeof healthAreaSchema>;

/** What a program or a page can do about it at once; each is an operation of its own. */
export const healthActionSchema = z
  .enum(["back_up", "rehearse", "recovery_kit", "retry_jobs", "end_maintenance"])
  .meta({
    description:
      "`back_up`: createBackup of the instance. `rehearse`: rehearseNow. `recovery_kit`: recoveryKit. `retry_jobs`: adminRetryJob of each failed job. `end_maintenance`: adminSetMaintenance.",
  });
export type HealthAction = z.infer<typeof healthActionSchema>;

export const healthCheckSchema = z
  .object({
    id: z.string().meta({ description: "a word that stays the same: `tls-certificate`" }),
    area: healthAreaSchema,
    state: healthStateSchema,
    sentence: z.string().meta({ description: "what was found" }),
    remedy: z.string().nullable().meta({ description: "what to do about it" }),
    action: healthActionSchema.nullable(),
  })
  .meta({ id: "HealthCheck" });
export type HealthCheck = z.infer<typeof healthCheckSchema>;

export const adminHealth = operation({
  id: "adminHealth",
  method: "GET",
  path: "/api/v1/admin/health",
  tag: "admin",
  summary: "Every check of this installation with its remedy, the worst first",
  access: "admin",
  status: 200,
  result: z.object({
    state: healthStateSchema.meta({ description: "the worst of all checks" }),
    checkedAt: timestamp,
    checks: z.array(healthCheckSchema),
  }),
  errors: [],
});
