import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { backupScopeSchema, ofTeam, withVersionsSchema } from "./backups.ts";
import { retentionSchema } from "./retention.ts";

const tag = "backups";

export const schedulePresetSchema = z.enum(["hourly", "daily", "weekly", "monthly"]);

const cron = text().min(1).max(200).meta({ description: "five fields: minute hour day month weekday" });

const timeZone = text().min(1).max(100).meta({ description: "IANA name, such as Europe/Berlin" });

export const backupScheduleSchema = z
  .object({
    id: uuid,
    scope: backupScopeSchema,
    userId: uuid.nullable(),
    cron,
    timeZone,
    description: z.string().meta({ description: "the schedule in words" }),
    nextRuns: z.array(timestamp).meta({ description: "the next five" }),
    retention: retentionSchema,
    targetId: uuid,
    enabled: z.boolean(),
    withVersions: withVersionsSchema,
    lastRunAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "BackupSchedule" });

export type BackupSchedule = z.infer<typeof backupScheduleSchema>;

const when = {
  cron: cron.optional(),
  preset: schedulePresetSchema.optional().meta({ description: "in place of cron" }),
  timeZone: timeZone.optional(),
};

export const listBackupSchedules = operation({
  id: "listBackupSchedules",
  method: "GET",
  path: "/api/v1/backup-schedules",
  tag,
  summary: "My schedules, those of teams that I manage, and the instance's for an admin",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(backupScheduleSchema) }),
  errors: [],
});

export const createBackupSchedule = operation({
  id: "createBackupSchedule",
  method: "POST",
  path: "/api/v1/backup-schedules",
  servedInMaintenance: true,
  tag,
  summary: "Back up again and again, by cron or a preset",
  access: "signed-in",
  body: z.object({
    scope: backupScopeSchema.default("account"),
    ...when,
    retention: retentionSchema.default({ daily: 7, weekly: 4, monthly: 12 }),
    targetId: uuid.optional(),
    enabled: z.boolean().default(true),
    withVersions: withVersionsSchema.default(false),
    ...ofTeam.shape,
  }),
  status: 201,
  idempotencyKey: true,
  result: backupScheduleSchema,
  errors: ["forbidden", "not_found", "invalid_schedule", "disk_full"],
});

export const getBackupSchedule = operation({
  id: "getBackupSchedule",
  method: "GET",
  path: "/api/v1/backup-schedules/{id}",
  tag,
  summary: "A schedule",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: backupScheduleSchema,
  errors: ["not_found"],
});

export const updateBackupSchedule = operation({
  id: "updateBackupSchedule",
  method: "PATCH",
  path: "/api/v1/backup-schedules/{id}",
  servedInMaintenance: true,
  tag,
  summary: "Change a schedule",
  access: "signed-in",
  params: idParams,
  body: z.object({
    ...when,
    retention: retentionSchema.optional(),
    targetId: uuid.optional(),
    enabled: z.boolean().optional(),
    withVersions: withVersionsSchema.optional(),
  }),
  status: 200,
  result: backupScheduleSchema,
  errors: ["not_found", "invalid_schedule"],
});

export const deleteBackupSchedule = operation({
  id: "deleteBackupSchedule",
  method: "DELETE",
  path: "/api/v1/backup-schedules/{id}",
  servedInMaintenance: true,
  tag,
  summary: "End a schedule; its backups stay",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const previewSchedule = operation({
  id: "previewSchedule",
  method: "POST",
  path: "/api/v1/backup-schedules/preview",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "A cron expression in words, with its next five runs",
  access: "signed-in",
  body: z.object(when),
  status: 200,
  result: z.object({ cron, timeZone, description: z.string(), nextRuns: z.array(timestamp) }),
  errors: ["invalid_schedule"],
});
