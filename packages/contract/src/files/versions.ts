import { z } from "zod";
import { byteCount, idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { fileSchema } from "./file.ts";

const tag = "files";

export const fileVersionSchema = z
  .object({
    id: uuid,
    fileSize: byteCount,
    sha256: z.string().nullable(),
    createdAt: timestamp,
    lastModified: timestamp,
    current: z.boolean(),
  })
  .meta({ id: "FileVersion" });

export type FileVersion = z.infer<typeof fileVersionSchema>;

export const listVersions = operation({
  id: "listVersions",
  method: "GET",
  path: "/api/v1/files/{id}/versions",
  tag,
  summary: "A file's versions, newest first",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: z.object({ items: z.array(fileVersionSchema) }),
  errors: ["not_found", "not_a_file"],
});

export const restoreVersion = operation({
  id: "restoreVersion",
  method: "POST",
  path: "/api/v1/files/{id}/versions/{versionId}/restore",
  tag,
  summary: "Make an old version the current one (as a new version; nothing is lost)",
  access: "signed-in",
  params: z.object({ id: uuid, versionId: uuid }),
  status: 200,
  idempotencyKey: true,
  result: fileSchema,
  errors: ["not_found", "not_a_file", "quota_exceeded", "disk_full"],
});
