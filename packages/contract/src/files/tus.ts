import { z } from "zod";
import { idParams } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";

/**
 * tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation, creation-with-upload, creation-defer-length, checksum (sha256,
 * sha1), expiration, termination. `Upload-Metadata` keys: `filename`, `parentId`, `filetype` (a hint only), `lastModified`
 * (RFC 3339), `onConflict`. The finished file's id is in `Upload-File-Id`.
 */
const tag = "uploads";

const common = { tag, access: "signed-in", result: null } as const;

const version = z.literal("1.0.0");

const byteHeader = z.string().regex(/^\d{1,15}$/);

const checksum = z
  .string()
  .regex(/^(sha256|sha1|md5) +[A-Za-z0-9+/]+={0,2}$/)
  .optional()
  .meta({ description: "an algorithm, a space, and the Base64 digest of this request's body" });

const protocol = { "Tus-Resumable": "1.0.0" } as const;

const expires = { "Upload-Expires": "when an unfinished upload is given up" } as const;

export const tusOptions = operation({
  ...common,
  id: "tusOptions",
  method: "OPTIONS",
  path: "/api/v1/uploads",
  access: "public",
  summary: "What this tus server can do",
  status: 204,
  sends: { ...protocol, "Tus-Version": "1.0.0", "Tus-Extension": "what it can do beside the core" },
  errors: [],
});

export const createUpload = operation({
  ...common,
  id: "createUpload",
  method: "POST",
  path: "/api/v1/uploads",
  repeatable: true,
  summary: "Begin an upload, with its first bytes if wanted",
  headers: z.object({
    "Tus-Resumable": version,
    "Upload-Length": byteHeader.optional().meta({ description: "bytes in all; this or Upload-Defer-Length" }),
    "Upload-Defer-Length": z.literal("1").optional(),
    "Upload-Metadata": z.string().optional().meta({ description: "pairs of a key and a Base64 value, with commas" }),
    "Upload-Checksum": checksum,
  }),
  body: bytes,
  status: 201,
  sends: { ...protocol, ...expires, Location: "the upload" },
  errors: [
    "not_found",
    "not_a_folder",
    "invalid_name",
    "name_taken",
    "quota_exceeded",
    "too_many_entries",
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
  headers: z.object({ "Tus-Resumable": version }),
  status: 200,
  sends: { ...protocol, ...expires, "Upload-Offset": "bytes that are durable" },
  errors: ["not_found", "gone"],
});

export const patchUpload = operation({
  ...common,
  id: "patchUpload",
  method: "PATCH",
  path: "/api/v1/uploads/{id}",
  summary: "Append bytes at Upload-Offset",
  params: idParams,
  headers: z.object({ "Tus-Resumable": version, "Upload-Offset": byteHeader, "Upload-Checksum": checksum }),
  body: bytes,
  bodyMedia: "application/offset+octet-stream",
  status: 204,
  sends: { ...protocol, "Upload-Offset": "bytes that are durable" },
  errors: [
    "not_found",
    "gone",
    "offset_mismatch",
    "checksum_mismatch",
    "unsupported_media_type",
    "upload_busy",
    "too_large",
    "quota_exceeded",
    "too_many_entries",
    "name_taken",
    "disk_full",
    "content_damaged",
    "data_unreadable",
  ],
});

export const deleteUpload = operation({
  ...common,
  id: "deleteUpload",
  method: "DELETE",
  path: "/api/v1/uploads/{id}",
  summary: "Give up an upload",
  params: idParams,
  headers: z.object({ "Tus-Resumable": version }),
  status: 204,
  errors: ["not_found", "gone"],
});
