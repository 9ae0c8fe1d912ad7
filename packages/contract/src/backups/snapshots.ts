import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { orderSchema, sortSchema } from "../files/file.ts";

const tag = "backups";

/** What can be looked into: live files, their former versions, and what was in the trash. */
export const backupPartSchema = z.enum(["files", "versions", "trash"]);

export type BackupPart = z.infer<typeof backupPartSchema>;

export const snapshotPath = text().max(65_536);

export const snapshotPart = backupPartSchema.default("files").meta({
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
  query: pageQuery.extend({ part: snapshotPart, path: snapshotPath.default(""), sort: sortSchema, order: orderSchema }),
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
  query: z.object({ part: snapshotPart, path: snapshotPath }),
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
  query: z.object({ part: snapshotPart, path: snapshotPath.default("") }),
  status: 200,
  result: bytes,
  media: "application/zip",
  errors: ["not_found", "not_a_folder", "busy", "too_large", "target_unusable", "data_unreadable"],
});

export const headBackupContent = operation({ ...getBackupContent, id: "headBackupContent", method: "HEAD" });
