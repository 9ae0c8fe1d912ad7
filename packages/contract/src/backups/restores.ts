import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { workStatusSchema } from "./backups.ts";
import { backupPartSchema, snapshotPart, snapshotPath } from "./snapshots.ts";

const tag = "backups";

const restoreRequest = z.object({
  part: snapshotPart.meta({ description: "versions and trash come back into a new folder only" }),
  paths: z
    .array(snapshotPath.min(1))
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "files and folders of the backup; without it, everything" }),
  toUserId: uuid.optional().meta({
    description:
      "of a server backup: the account to restore into; without it that of the user whose files they were, whatever address that has now",
  }),
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
  body: restoreRequest,
  status: 202,
  idempotencyKey: true,
  result: restoreSchema,
  errors: ["not_found", "busy", "quota_exceeded", "target_unusable"],
});

export const previewRestore = operation({
  id: "previewRestore",
  method: "POST",
  path: "/api/v1/backups/{id}/restore/preview",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "What a restore would do",
  access: "signed-in",
  params: idParams,
  body: restoreRequest,
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
  servedInMaintenance: true,
  tag,
  summary: "Stop a restore; what is back stays",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});
