import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "sharing";
export const sharePassword = text().min(1).max(1024);

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
    maxFiles: z.number().int().positive().meta({ description: "how many files it takes, where it takes files" }),
    maxBytes: byteCount.meta({ description: "how many bytes it takes in all" }),
    maxFileSize: byteCount.meta({ description: "the largest file that it takes" }),
    receivedFiles: z.number().int().meta({ description: "files that came, and those on their way" }),
    receivedBytes: byteCount,
    state: z.enum(["live", "expired", "exhausted", "revoked", "unavailable"]).meta({
      description: "unavailable: the file is in the trash",
    }),
    token: z.string(),
    url: z.string(),
    createdAt: timestamp,
    lastAccessAt: timestamp.nullable(),
    label: z.string().nullable().meta({ description: "what its owner calls it; recipients do not see it" }),
    message: z.string().nullable().meta({ description: "what recipients read beside it" }),
  })
  .meta({ id: "Share" });
export type Share = z.infer<typeof shareSchema>;

const standard = "null: what the settings of the installation say";
const uploadBytes = z
  .number()
  .int()
  .min(1)
  .max(2 ** 50)
  .nullable()
  .optional();
const limits = {
  expiresAt: timestamp.nullable().optional(),
  password: sharePassword.nullable().optional(),
  maxDownloads: z.number().int().min(1).max(1_000_000_000).nullable().optional(),
  allowUpload: z
    .boolean()
    .optional()
    .meta({ description: "a file request: others may put files into the folder, and see nothing inside" }),
  maxFiles: z
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .optional()
    .meta({ description: `how many files it takes; ${standard}` }),
  maxBytes: uploadBytes.meta({ description: `how many bytes it takes in all; ${standard}` }),
  maxFileSize: uploadBytes.meta({ description: `the largest file that it takes; ${standard}` }),
  label: text().trim().max(100).nullable().optional(),
  message: text().trim().max(1000).nullable().optional(),
};

/** `active`: it works now, and something is left of its limit. */
export const shareFilterSchema = z.enum(["active", "exhausted", "expired", "revoked", "unavailable"]);
export type ShareFilter = z.infer<typeof shareFilterSchema>;

export const listedShareSchema = shareSchema
  .extend({
    filePath: z.string().meta({ description: "where it is, /-separated, beginning with /" }),
    madeBy: z.object({ id: uuid, name: z.string() }),
  })
  .meta({ id: "ListedShare" });
export type ListedShare = z.infer<typeof listedShareSchema>;

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
  errors: ["not_found", "not_a_folder", "invalid_expiry", "disk_full"],
});

export const listShares = operation({
  id: "listShares",
  method: "GET",
  path: "/api/v1/shares",
  tag,
  summary: "My links, or those of a team, newest first",
  access: "signed-in",
  query: pageQuery.extend({
    fileId: uuid.optional(),
    spaceId: uuid.optional().meta({ description: "everybody's in a team that you manage, in place of your own" }),
    state: shareFilterSchema.optional(),
    q: text()
      .trim()
      .max(200)
      .optional()
      .meta({ description: "words that are all in the label or the name of the file" }),
  }),
  status: 200,
  result: pageOf(listedShareSchema),
  errors: ["invalid_cursor", "not_found", "forbidden"],
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
  errors: ["not_found", "not_a_folder", "invalid_expiry", "disk_full"],
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
    occurredAt: timestamp.meta({ description: "of the last access, where there are several" }),
    firstAt: timestamp,
    times: z.int().meta({ description: "how many alike there were within ten minutes" }),
    address: z.string().nullable().meta({ description: "coarse: /24 or /48; null: not known, or many" }),
    userAgent: z.string().nullable(),
    action: z.enum(["view", "unlock", "preview", "download", "archive", "upload"]),
    outcome: z.enum(["ok", "locked", "wrong_password", "completed", "aborted", "exhausted"]).meta({
      description:
        "`completed` and `aborted` are how a download ended; `locked`: seen, but its password was not given yet; `exhausted`: its downloads were used up",
    }),
    fileName: z.string().nullable(),
    senderName: z.string().nullable().meta({ description: "the name that the sender of a file gave" }),
    senderMessage: z.string().nullable(),
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
