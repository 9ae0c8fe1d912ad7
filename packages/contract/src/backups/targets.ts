import { z } from "zod";
import { byteCount, idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text, webAddress } from "../base/text.ts";

const tag = "backups";

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
