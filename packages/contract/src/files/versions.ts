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

export const deleteVersion = operation({
  id: "deleteVersion",
  method: "DELETE",
  path: "/api/v1/files/{id}/versions/{versionId}",
  tag,
  summary: "Delete an earlier version for good; its bytes leave the quota",
  access: "signed-in",
  params: z.object({ id: uuid, versionId: uuid }),
  status: 204,
  result: null,
  errors: ["not_found", "not_a_file", "conflict"],
});

export const deleteVersions = operation({
  id: "deleteVersions",
  method: "DELETE",
  path: "/api/v1/files/{id}/versions",
  tag,
  summary: "Delete a file's earlier versions for good, up to 10,000 at once; the current one stays",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: z.object({
    deleted: z.number().int(),
    bytes: byteCount.meta({ description: "what they held" }),
    left: z.boolean().meta({ description: "whether there are more: ask again" }),
  }),
  errors: ["not_found", "not_a_file"],
});
