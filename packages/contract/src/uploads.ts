import { z } from "zod";
import { idParams } from "./common.ts";
import { bytes, operation } from "./operation.ts";

/**
 * tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation, creation-with-upload, creation-defer-length, checksum (sha256,
 * sha1), expiration, termination. `Upload-Metadata` keys: `filename`, `parentId`, `filetype` (a hint only), `lastModified`
 * (RFC 3339), `onConflict`. The finished file's id is in `Upload-File-Id`.
 */
const tag = "uploads";
const common = { tag, access: "signed-in", result: null } as const;

export const tusOptions = operation({
  ...common,
  id: "tusOptions",
  method: "OPTIONS",
  path: "/api/v1/uploads",
  access: "public",
  summary: "What this tus server can do",
  status: 204,
  errors: [],
});

export const createUpload = operation({
  ...common,
  id: "createUpload",
  method: "POST",
  path: "/api/v1/uploads",
  repeatable: true,
  summary: "Begin an upload, with its first bytes if wanted",
  body: bytes,
  status: 201,
  errors: [
    "not_found",
    "not_a_folder",
    "invalid_name",
    "name_taken",
    "quota_exceeded",
    "too_large",
    "disk_full",
    "unsupported_tus_version",
  ],
});

export const headUpload = operation({
  ...common,
  id: "headUpload",
  method: "HEAD",
  path: "/api/v1/uploads/{id}",
  summary: "How many bytes are durable",
  params: idParams,
  status: 200,
  errors: ["not_found", "gone"],
});

export const patchUpload = operation({
  ...common,
  id: "patchUpload",
  method: "PATCH",
  path: "/api/v1/uploads/{id}",
  summary: "Append bytes at Upload-Offset",
  params: idParams,
  body: bytes,
  status: 204,
  errors: [
    "not_found",
    "gone",
    "offset_mismatch",
    "checksum_mismatch",
    "unsupported_media_type",
    "upload_busy",
    "too_large",
    "quota_exceeded",
    "name_taken",
    "disk_full",
  ],
});

export const deleteUpload = operation({
  ...common,
  id: "deleteUpload",
  method: "DELETE",
  path: "/api/v1/uploads/{id}",
  summary: "Give up an upload",
  params: idParams,
  status: 204,
  errors: ["not_found", "gone"],
});

export const uploadSchema = z
  .object({ id: z.string(), name: z.string(), size: z.number().nullable(), offset: z.number(), createdAt: z.string() })
  .meta({ id: "Upload" });

export const listUploads = operation({
  id: "listUploads",
  method: "GET",
  path: "/api/v1/uploads",
  tag,
  summary: "My unfinished uploads",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(uploadSchema) }),
  errors: [],
});
