import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp, uuid } from "./common.ts";
import { orderSchema, sortSchema } from "./files.ts";
import { bytes, operation } from "./operation.ts";
import { text } from "./text.ts";

const tag = "sharing";
const sharePassword = text().min(1).max(1024);

export const linkTypeSchema = z.enum(["temporary", "permanent"]);

export const shareSchema = z
  .object({
    id: uuid,
    fileId: uuid,
    fileName: z.string(),
    fileKind: z.enum(["file", "folder"]),
    linkType: linkTypeSchema,
    expiresAt: timestamp.nullable(),
    hasPassword: z.boolean(),
    maxDownloads: z.number().int().positive().nullable(),
    downloadCount: z.number().int().meta({ description: "downloads granted" }),
    accessCount: z.number().int().meta({ description: "times the page was opened" }),
    allowUpload: z.boolean(),
    state: z.enum(["live", "expired", "exhausted", "revoked", "unavailable"]).meta({
      description: "unavailable: the file is in the trash",
    }),
    token: z.string(),
    url: z.string(),
    createdAt: timestamp,
    lastAccessAt: timestamp.nullable(),
  })
  .meta({ id: "Share" });
export type Share = z.infer<typeof shareSchema>;

const limits = {
  expiresAt: timestamp.nullable().optional(),
  password: sharePassword.nullable().optional(),
  maxDownloads: z.number().int().min(1).max(1_000_000_000).nullable().optional(),
  allowUpload: z
    .boolean()
    .optional()
    .meta({ description: "a file request: others may put files into the folder, and see nothing inside" }),
};

export const createShare = operation({
  id: "createShare",
  method: "POST",
  path: "/api/v1/shares",
  tag,
  summary: "Make a link to a file or folder",
  access: "signed-in",
  body: z.object({ fileId: uuid, linkType: linkTypeSchema, ...limits }),
  status: 201,
  idempotencyKey: true,
  result: shareSchema,
  errors: ["not_found", "not_a_folder", "invalid_expiry"],
});

export const listShares = operation({
  id: "listShares",
  method: "GET",
  path: "/api/v1/shares",
  tag,
  summary: "My links, newest first",
  access: "signed-in",
  query: pageQuery.extend({ fileId: uuid.optional() }),
  status: 200,
  result: pageOf(shareSchema),
  errors: ["invalid_cursor", "not_found"],
});

export const updateShare = operation({
  id: "updateShare",
  method: "PATCH",
  path: "/api/v1/shares/{id}",
  tag,
  summary: "Change a link's limits; a new password locks everybody out who knew the old one",
  access: "signed-in",
  params: idParams,
  body: z.object({ linkType: linkTypeSchema.optional(), ...limits }),
  status: 200,
  result: shareSchema,
  errors: ["not_found", "not_a_folder", "invalid_expiry"],
});

export const revokeShare = operation({
  id: "revokeShare",
  method: "DELETE",
  path: "/api/v1/shares/{id}",
  tag,
  summary: "Revoke a link, at once and for good",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const shareAccessSchema = z
  .object({
    id: uuid,
    occurredAt: timestamp,
    address: z.string().nullable().meta({ description: "coarse: /24 or /48" }),
    userAgent: z.string().nullable(),
    action: z.enum(["view", "unlock", "download", "archive", "upload"]),
    outcome: z.enum(["ok", "locked", "wrong_password", "completed", "aborted", "exhausted"]).meta({
      description:
        "`completed` and `aborted` are how a download ended; `locked`: seen, but its password was not given yet; `exhausted`: its downloads were used up",
    }),
    fileName: z.string().nullable(),
  })
  .meta({ id: "ShareAccess" });

export const listShareAccesses = operation({
  id: "listShareAccesses",
  method: "GET",
  path: "/api/v1/shares/{id}/accesses",
  tag,
  summary: "Who used a link, newest first",
  access: "signed-in",
  params: idParams,
  query: pageQuery,
  status: 200,
  result: pageOf(shareAccessSchema),
  errors: ["not_found", "invalid_cursor"],
});

/** Not judged here: whatever is no token is answered like a link that is gone, without a look into the database. */
const tokenParams = z.object({ token: z.string().min(1).max(200) });

export const publicFileSchema = z
  .object({
    id: uuid,
    parentId: uuid.nullable().meta({ description: "null: directly inside the shared folder" }),
    name: z.string(),
    kind: z.enum(["file", "folder"]),
    fileType: z.string().nullable(),
    fileSize: byteCount,
    lastModified: timestamp,
  })
  .meta({ id: "PublicFile" });
export type PublicFile = z.infer<typeof publicFileSchema>;

export const publicShareSchema = z
  .object({
    file: publicFileSchema.nullable().meta({ description: "null until the password is given" }),
    sender: z.string().nullable().meta({ description: "who shares; null until the password is given" }),
    expiresAt: timestamp.nullable(),
    needsPassword: z.boolean(),
    allowUpload: z.boolean(),
    downloadsLeft: z.number().int().nullable(),
  })
  .meta({ id: "PublicShare" });

const publicErrors = ["not_found", "share_password_required"] as const;

export const getPublicShare = operation({
  id: "getPublicShare",
  method: "GET",
  path: "/api/v1/public/shares/{token}",
  tag: "public",
  summary: "What a link leads to. A dead, revoked, expired or forged link is a 404, all alike",
  access: "public",
  params: tokenParams,
  status: 200,
  result: publicShareSchema,
  errors: ["not_found"],
});

export const unlockShare = operation({
  id: "unlockShare",
  method: "POST",
  path: "/api/v1/public/shares/{token}/unlock",
  repeatable: true,
  tag: "public",
  summary: "Give the password; a cookie keeps it open for a while (programs may send it as the header Share-Password)",
  access: "public",
  params: tokenParams,
  body: z.object({ password: sharePassword }),
  status: 200,
  result: publicShareSchema,
  errors: ["not_found", "share_password_wrong", "rate_limited"],
});

export const listPublicFiles = operation({
  id: "listPublicFiles",
  method: "GET",
  path: "/api/v1/public/shares/{token}/files",
  tag: "public",
  summary: "What is inside a shared folder",
  access: "share",
  params: tokenParams,
  query: pageQuery.extend({ parentId: uuid.optional(), sort: sortSchema, order: orderSchema }),
  status: 200,
  result: pageOf(publicFileSchema).extend({ ancestors: z.array(z.object({ id: uuid, name: z.string() })) }),
  errors: [...publicErrors, "not_a_folder", "invalid_cursor"],
});

const disposition = z.object({ disposition: z.enum(["inline", "attachment"]).default("attachment") });

export const getPublicContent = operation({
  id: "getPublicContent",
  method: "GET",
  path: "/api/v1/public/shares/{token}/content",
  tag: "public",
  summary: "The shared file's bytes. A download is granted once; its own retries and ranges are not charged again",
  access: "share",
  params: tokenParams,
  query: disposition,
  status: 200,
  result: bytes,
  ranges: true,
  errors: [
    ...publicErrors,
    "not_a_file",
    "share_exhausted",
    "range_not_satisfiable",
    "content_damaged",
    "data_unreadable",
  ],
});
export const headPublicContent = operation({ ...getPublicContent, id: "headPublicContent", method: "HEAD" });

export const getPublicFileContent = operation({
  ...getPublicContent,
  id: "getPublicFileContent",
  path: "/api/v1/public/shares/{token}/files/{id}/content",
  summary: "The bytes of a file inside a shared folder",
  params: tokenParams.extend({ id: uuid }),
});
export const headPublicFileContent = operation({
  ...getPublicFileContent,
  id: "headPublicFileContent",
  method: "HEAD",
});

export const getPublicArchive = operation({
  ...getPublicContent,
  id: "getPublicArchive",
  path: "/api/v1/public/shares/{token}/archive",
  summary: "Everything (or one sub-folder) as one ZIP that can resume",
  media: "application/zip",
  query: z.object({ parentId: uuid.optional() }),
});

export const putPublicContent = operation({
  id: "putPublicContent",
  method: "PUT",
  path: "/api/v1/public/shares/{token}/files",
  tag: "public",
  summary: "Put a file into a folder whose link allows it; a taken name gets a number",
  access: "share",
  params: tokenParams,
  query: z.object({ name: z.string().max(1024) }),
  body: bytes,
  status: 201,
  result: z.object({ name: z.string(), fileSize: byteCount }),
  errors: [...publicErrors, "forbidden", "invalid_name", "too_large", "quota_exceeded", "disk_full", "length_mismatch"],
});
