import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp, uuid } from "./common.ts";
import { orderSchema, sortSchema } from "./files.ts";
import { bytes, operation } from "./operation.ts";
import { text } from "./text.ts";

const tag = "backups";

export const backupScopeSchema = z.enum(["account", "instance"]);
export const workStatusSchema = z.enum(["queued", "running", "completed", "failed", "cancelled"]);

/** What can be looked into: live files, their former versions, and what was in the trash. */
export const backupPartSchema = z.enum(["files", "versions", "trash"]);
export type BackupPart = z.infer<typeof backupPartSchema>;

/** The choice of an account's backup or schedule. The instance's always holds everything, so that it is false there, and true is refused. */
export const withVersionsSchema = z.boolean().meta({
  description:
    "earlier versions and the trash too; for an account alone, since the instance's backups hold them in any case",
});

export const backupSchema = z
  .object({
    id: uuid,
    scope: backupScopeSchema,
    userId: uuid.nullable().meta({ description: "whose files; null for the whole instance" }),
    backupType: z.enum(["one_click", "scheduled"]),
    status: workStatusSchema,
    phase: z.enum(["waiting", "reading", "verifying"]).nullable().meta({
      description: "what is being done; waiting: something else of this scope or in this target is under way",
    }),
    backupDate: timestamp.nullable().meta({ description: "the one instant that the snapshot shows" }),
    targetId: uuid,
    targetName: z.string(),
    storageLocation: z.string().meta({ description: "for who is no admin, the target's name" }),
    scheduleId: uuid.nullable(),
    withVersions: withVersionsSchema.meta({ description: "an account's, with earlier versions and the trash" }),
    snapshotId: z.string().nullable().meta({ description: "of the restic repository" }),
    filesTotal: z.number().int(),
    bytesTotal: byteCount,
    filesDone: z.number().int(),
    bytesDone: byteCount,
    bytesAdded: byteCount.meta({ description: "bytes that the repository did not have" }),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    verifiedAt: timestamp.nullable().meta({ description: "when it was last read back and found whole" }),
    error: z.string().nullable().meta({ description: "why it failed or is not verified, and what to do" }),
  })
  .meta({ id: "Backup" });
export type Backup = z.infer<typeof backupSchema>;

export const createBackup = operation({
  id: "createBackup",
  method: "POST",
  path: "/api/v1/backups",
  tag,
  summary: "Back up now: my account, or (admin) the whole instance",
  access: "signed-in",
  body: z.object({
    scope: backupScopeSchema.default("account"),
    targetId: uuid.optional().meta({ description: "without one, the default target" }),
    withVersions: withVersionsSchema.default(false),
  }),
  status: 202,
  idempotencyKey: true,
  result: backupSchema,
  errors: ["not_found", "forbidden", "busy"],
});

export const listBackups = operation({
  id: "listBackups",
  method: "GET",
  path: "/api/v1/backups",
  tag,
  summary: "Backups, newest first: mine, or (admin) the instance's",
  access: "signed-in",
  query: pageQuery.extend({ scope: backupScopeSchema.default("account") }),
  status: 200,
  result: pageOf(backupSchema),
  errors: ["forbidden", "invalid_cursor"],
});

export const getBackup = operation({
  id: "getBackup",
  method: "GET",
  path: "/api/v1/backups/{id}",
  tag,
  summary: "A backup and how far it is",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: backupSchema,
  errors: ["not_found"],
});

export const deleteBackup = operation({
  id: "deleteBackup",
  method: "DELETE",
  path: "/api/v1/backups/{id}",
  tag,
  summary: "Cancel a backup that is under way, or forget a finished one",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found", "busy"],
});

export const verifyBackup = operation({
  id: "verifyBackup",
  method: "POST",
  path: "/api/v1/backups/{id}/verify",
  repeatable: true,
  tag,
  summary: "Read a backup back; verifiedAt or error tell the result",
  access: "signed-in",
  params: idParams,
  status: 202,
  result: backupSchema,
  errors: ["not_found", "busy"],
});

const snapshotPath = text().max(65_536);
const part = backupPartSchema.default("files").meta({
  description:
    "versions and trash: of an account's backup made with them. A former version is at its file's path, by the instant at which it was stored",
});

export const backupEntrySchema = z
  .object({
    name: z.string(),
    path: z.string().meta({ description: "from the backup's root, with slashes" }),
    kind: z.enum(["file", "folder"]),
    fileSize: byteCount,
    lastModified: timestamp,
  })
  .meta({ id: "BackupEntry" });
export type BackupEntry = z.infer<typeof backupEntrySchema>;

export const listBackupFiles = operation({
  id: "listBackupFiles",
  method: "GET",
  path: "/api/v1/backups/{id}/files",
  tag,
  summary: "What a folder of a backup holds; the root without path",
  access: "signed-in",
  params: idParams,
  query: pageQuery.extend({ part, path: snapshotPath.default(""), sort: sortSchema, order: orderSchema }),
  status: 200,
  result: pageOf(backupEntrySchema),
  errors: ["not_found", "not_a_folder", "busy", "invalid_cursor", "target_unusable"],
});

export const getBackupContent = operation({
  id: "getBackupContent",
  method: "GET",
  path: "/api/v1/backups/{id}/content",
  tag,
  summary: "The bytes of a file as they were; Range works",
  access: "signed-in",
  params: idParams,
  query: z.object({ part, path: snapshotPath }),
  status: 200,
  result: bytes,
  ranges: true,
  errors: ["not_found", "not_a_file", "busy", "range_not_satisfiable", "target_unusable", "data_unreadable"],
});

export const getBackupArchive = operation({
  id: "getBackupArchive",
  method: "GET",
  path: "/api/v1/backups/{id}/archive",
  tag,
  summary: "A folder of a backup as one ZIP; the whole part without path",
  access: "signed-in",
  params: idParams,
  query: z.object({ part, path: snapshotPath.default("") }),
  status: 200,
  result: bytes,
  media: "application/zip",
  errors: ["not_found", "not_a_folder", "busy", "too_large", "target_unusable", "data_unreadable"],
});

export const headBackupContent = operation({ ...getBackupContent, id: "headBackupContent", method: "HEAD" });

const restoreWish = z.object({
  part: part.meta({ description: "versions and trash come back into a new folder only" }),
  paths: z
    .array(snapshotPath.min(1))
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "files and folders of the backup; without it, everything" }),
  mode: z.enum(["new-folder", "in-place"]).default("new-folder"),
  newer: z.enum(["keep", "replace"]).default("keep").meta({
    description:
      "in-place: files that have changed since the backup stay as they are (and are reported), or get the old bytes as a new version. A file that `paths` names itself is always restored.",
  }),
});

export const restoreSchema = z
  .object({
    id: uuid,
    backupId: uuid,
    part: backupPartSchema,
    mode: z.enum(["new-folder", "in-place"]),
    paths: z.array(z.string()).nullable(),
    status: workStatusSchema,
    filesTotal: z.number().int(),
    bytesTotal: byteCount,
    filesDone: z.number().int(),
    bytesDone: byteCount,
    filesSame: z.number().int().meta({ description: "were there already, byte for byte" }),
    filesKept: z.number().int().meta({ description: "changed since the backup, and kept as they are" }),
    kept: z.array(z.string()).meta({ description: "paths of the first of them" }),
    folderId: uuid.nullable().meta({
      description: "the new folder; in place, the folder that was restored or has what was restored; null: the root",
    }),
    folderName: z.string().nullable(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "Restore" });
export type Restore = z.infer<typeof restoreSchema>;

export const restoreBackup = operation({
  id: "restoreBackup",
  method: "POST",
  path: "/api/v1/backups/{id}/restore",
  tag,
  summary: "Bring files back, into a new folder or in place; newer files are never overwritten silently",
  access: "signed-in",
  params: idParams,
  body: restoreWish,
  status: 202,
  idempotencyKey: true,
  result: restoreSchema,
  errors: ["not_found", "busy", "quota_exceeded", "target_unusable"],
});

export const previewRestore = operation({
  id: "previewRestore",
  method: "POST",
  path: "/api/v1/backups/{id}/restore/preview",
  repeatable: true,
  tag,
  summary: "What a restore would do",
  access: "signed-in",
  params: idParams,
  body: restoreWish,
  status: 200,
  result: z.object({
    new: z.number().int().meta({ description: "files that are not there now" }),
    changed: z.number().int().meta({ description: "files that would get a new version" }),
    same: z.number().int(),
    kept: z.number().int().meta({ description: "newer files that would stay as they are" }),
    bytes: byteCount.meta({ description: "of new and changed" }),
    items: z
      .array(z.object({ path: z.string(), what: z.enum(["new", "changed", "kept"]), fileSize: byteCount }))
      .meta({ description: "the first 500" }),
  }),
  errors: ["not_found", "busy", "target_unusable"],
});

export const listRestores = operation({
  id: "listRestores",
  method: "GET",
  path: "/api/v1/restores",
  tag,
  summary: "My restores, newest first",
  access: "signed-in",
  query: pageQuery,
  status: 200,
  result: pageOf(restoreSchema),
  errors: ["invalid_cursor"],
});

export const getRestore = operation({
  id: "getRestore",
  method: "GET",
  path: "/api/v1/restores/{id}",
  tag,
  summary: "A restore and how far it is",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: restoreSchema,
  errors: ["not_found"],
});

export const cancelRestore = operation({
  id: "cancelRestore",
  method: "DELETE",
  path: "/api/v1/restores/{id}",
  tag,
  summary: "Stop a restore; what is back stays",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});
