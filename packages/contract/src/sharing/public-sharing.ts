import { z } from "zod";
import { byteCount, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { orderSchema, sortSchema } from "../files/file.ts";
import { sharePassword } from "./sharing.ts";

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
    sender: z.string().nullable().meta({ description: "who shares: their name, or their email up to the @" }),
    message: z.string().nullable().meta({ description: "what the sender says; null until the password is given" }),
    expiresAt: timestamp.nullable(),
    needsPassword: z.boolean(),
    allowUpload: z.boolean(),
    downloadsLeft: z.number().int().nullable(),
    takes: z.object({ filesLeft: z.number().int(), bytesLeft: byteCount, maxFileSize: byteCount }).nullable().meta({
      description:
        "what may still be sent to a link that takes files; null for others, and until the password is given",
    }),
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
  servedInMaintenance: true,
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

export const getPublicGrants = operation({
  id: "getPublicGrants",
  method: "GET",
  path: "/api/v1/public/shares/{token}/grants",
  tag: "public",
  summary: "What this browser may fetch of a limited link without being charged again. Counts as nothing",
  access: "share",
  params: tokenParams,
  status: 200,
  result: z
    .object({
      downloads: z.array(uuid).meta({ description: "files it may download again" }),
      archives: z.array(uuid).meta({ description: "folders whose ZIP it may download again" }),
      previews: z.array(uuid).meta({ description: "files it is looking at" }),
      downloadsLeft: z.number().int().nullable(),
    })
    .meta({ id: "PublicGrants" }),
  errors: [...publicErrors],
});

export const getPublicSize = operation({
  id: "getPublicSize",
  method: "GET",
  path: "/api/v1/public/shares/{token}/size",
  tag: "public",
  summary: "How much is inside a shared folder, or one of its folders",
  access: "share",
  params: tokenParams,
  query: z.object({ parentId: uuid.optional() }),
  status: 200,
  result: z
    .object({
      files: z.number().int(),
      bytes: byteCount,
      complete: z.boolean().meta({ description: "false: there is more, and the counting stopped" }),
    })
    .meta({ id: "PublicSize" }),
  errors: [...publicErrors, "not_a_folder"],
});

const disposition = z.object({ disposition: z.enum(["inline", "attachment"]).default("attachment") });

export const getPublicContent = operation({
  id: "getPublicContent",
  method: "GET",
  path: "/api/v1/public/shares/{token}/content",
  tag: "public",
  summary:
    "The shared file's bytes. A download is granted once; its own retries and ranges are not charged again. Inline is a preview: it is not charged, and only so many browsers may look at a file of a limited link",
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
    "share_previews_exhausted",
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
  query: z.object({
    name: z.string().max(1024),
    senderName: text()
      .trim()
      .max(100)
      .optional()
      .meta({ description: "who sends it; the owner reads it in the link's log" }),
    senderMessage: text().trim().max(500).optional(),
  }),
  body: bytes,
  status: 201,
  result: z.object({ name: z.string(), fileSize: byteCount }),
  errors: [
    ...publicErrors,
    "forbidden",
    "invalid_name",
    "too_large",
    "share_full",
    "quota_exceeded",
    "too_many_entries",
    "disk_full",
    "length_mismatch",
  ],
});
