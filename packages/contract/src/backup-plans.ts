import { z } from "zod";
import { backupSchema, backupScopeSchema, withVersionsSchema } from "./backups.ts";
import { byteCount, idParams, timestamp, uuid } from "./common.ts";
import { bytes, operation } from "./operation.ts";
import { text, webAddress } from "./text.ts";

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
  summary: "My schedules, and the instance's for an admin",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(backupScheduleSchema) }),
  errors: [],
});

export const createBackupSchedule = operation({
  id: "createBackupSchedule",
  method: "POST",
  path: "/api/v1/backup-schedules",
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
  }),
  status: 201,
  idempotencyKey: true,
  result: backupScheduleSchema,
  errors: ["forbidden", "not_found", "invalid_schedule"],
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
  repeatable: true,
  tag,
  summary: "A cron expression in words, with its next five runs",
  access: "signed-in",
  body: z.object(when),
  status: 200,
  result: z.object({ cron, timeZone, description: z.string(), nextRuns: z.array(timestamp) }),
  errors: ["invalid_schedule"],
});

export const previewRetention = operation({
  id: "previewRetention",
  method: "POST",
  path: "/api/v1/backup-schedules/{id}/retention/preview",
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

const s3Settings = z.object({
  endpoint: webAddress().nullable().default(null).meta({ description: "null: Amazon's own for the region" }),
  region: text().min(1).max(100).default("us-east-1"),
  bucket: text().min(1).max(255),
  prefix: z
    .string()
    .regex(/^([a-z0-9_-][a-z0-9._-]*\/)*$/, "must be lower case and end with a slash")
    .max(200)
    .default(""),
  accessKeyId: text().min(1).max(200),
  secretAccessKey: text().min(1).max(1000),
  pathStyle: z.boolean().default(true),
});

export const backupTargetSchema = z
  .object({
    id: uuid,
    name: z.string(),
    kind: z.enum(["local", "s3"]),
    location: z.string().nullable().meta({ description: "for admins" }),
    isDefault: z.boolean(),
    sameDisk: z.boolean().meta({ description: "on the disk of the files themselves: it does not survive that disk" }),
    lastTestAt: timestamp.nullable(),
    lastTestError: z.string().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "BackupTarget" });
export type BackupTarget = z.infer<typeof backupTargetSchema>;

const targetName = text().trim().min(1).max(100);

export const listBackupTargets = operation({
  id: "listBackupTargets",
  method: "GET",
  path: "/api/v1/backup-targets",
  tag,
  summary: "Where backups can go",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(backupTargetSchema) }),
  errors: [],
});

export const createBackupTarget = operation({
  id: "createBackupTarget",
  method: "POST",
  path: "/api/v1/backup-targets",
  tag,
  summary: "Add a folder of the server or an S3 bucket; it is tried at once",
  access: "admin",
  body: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("local"), name: targetName, folder: text().min(1).max(4096) }),
    z.object({ kind: z.literal("s3"), name: targetName, ...s3Settings.shape }),
  ]),
  status: 201,
  idempotencyKey: true,
  result: backupTargetSchema,
  errors: ["name_taken", "target_unusable"],
});

export const updateBackupTarget = operation({
  id: "updateBackupTarget",
  method: "PATCH",
  path: "/api/v1/backup-targets/{id}",
  tag,
  summary: "Rename a target, or make it the default",
  access: "admin",
  params: idParams,
  body: z.object({ name: targetName.optional(), isDefault: z.literal(true).optional() }),
  status: 200,
  result: backupTargetSchema,
  errors: ["not_found", "name_taken"],
});

export const deleteBackupTarget = operation({
  id: "deleteBackupTarget",
  method: "DELETE",
  path: "/api/v1/backup-targets/{id}",
  tag,
  summary: "Forget a target that no backup and no schedule needs; what is stored there stays",
  access: "admin",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found", "busy"],
});

export const testBackupTarget = operation({
  id: "testBackupTarget",
  method: "POST",
  path: "/api/v1/backup-targets/{id}/test",
  repeatable: true,
  tag,
  summary: "Write, read and delete something there, and open its repository",
  access: "admin",
  params: idParams,
  status: 200,
  result: z.object({ ok: z.boolean(), detail: z.string(), freeBytes: byteCount.nullable() }),
  errors: ["not_found"],
});

export const startOverBackupTarget = operation({
  id: "startOverBackupTarget",
  method: "POST",
  path: "/api/v1/backup-targets/{id}/start-over",
  tag,
  summary:
    "Give up the repository that the target held and that is not there any more: the next backup makes a new one, and the lost backups leave the list",
  access: "admin",
  params: idParams,
  status: 200,
  result: backupTargetSchema,
  errors: ["not_found", "conflict", "busy", "target_unusable"],
});

export const rehearsalSchema = z
  .object({
    id: uuid,
    backupId: uuid,
    status: z.enum(["running", "completed", "failed"]),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    rowsCompared: z.number().int(),
    segmentsCompared: z.number().int(),
    bytesCompared: byteCount,
    error: z.string().nullable(),
  })
  .meta({ id: "Rehearsal" });
export type Rehearsal = z.infer<typeof rehearsalSchema>;

/** What an admin must know at a glance. */
export const backupHealth = operation({
  id: "backupHealth",
  method: "GET",
  path: "/api/v1/admin/backups/health",
  tag,
  summary: "Are the backups proven? Last backup, last rehearsal, scrub, recovery kit",
  access: "admin",
  status: 200,
  result: z.object({
    lastInstanceBackup: backupSchema.nullable(),
    lastProvenRestorable: timestamp.nullable().meta({ description: "when a rehearsal last succeeded" }),
    rehearsalOverdue: z.boolean().meta({ description: "older than 8 days, or never" }),
    lastRehearsal: rehearsalSchema.nullable(),
    scrub: z.object({
      segments: z.number().int(),
      neverRead: z.number().int(),
      oldestReadAt: timestamp.nullable(),
      bad: z.number().int(),
    }),
    recoveryKitDownloadedAt: timestamp.nullable(),
  }),
  errors: [],
});

export const rehearseNow = operation({
  id: "rehearseNow",
  method: "POST",
  path: "/api/v1/admin/backups/rehearse",
  tag,
  summary: "Restore the newest server backup into a scratch database and store, and compare",
  access: "admin",
  status: 202,
  result: null,
  errors: ["not_found", "busy"],
});

export const recoveryKit = operation({
  id: "recoveryKit",
  method: "GET",
  path: "/api/v1/admin/backups/recovery-kit",
  tag,
  summary: "The repository's password, the targets, and how to restore with and without Holdfast, as a text file",
  access: "admin",
  status: 200,
  result: bytes,
  media: "text/plain",
  errors: [],
});
