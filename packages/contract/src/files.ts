import { z } from "zod";
import { byteCount, flag, idParams, pageOf, pageQuery, timestamp, uuid } from "./common.ts";
import { bytes, operation } from "./operation.ts";
import { text } from "./text.ts";

const tag = "files";

/** A name is data: up to 255 bytes of UTF-8, no `/`, no NUL, not `.` or `..`. The server judges and says what is wrong. */
const name = z.string().max(1024);

export const conflictModeSchema = z
  .enum(["fail", "rename", "replace"])
  .default("fail")
  .meta({ description: 'What a taken name leads to: an error, "report (2).pdf", or a new version' });

export const fileSchema = z
  .object({
    id: uuid,
    userId: uuid,
    parentId: uuid.nullable().meta({ description: "null: in the root folder" }),
    name: z.string(),
    kind: z.enum(["file", "folder"]),
    fileType: z.string().nullable().meta({ description: "media type by content; null for folders" }),
    fileSize: byteCount.meta({ description: "bytes; 0 for folders" }),
    sha256: z.string().nullable().meta({ description: "hex; null for folders, and until a job has computed it" }),
    etag: z.string(),
    uploadedAt: timestamp,
    lastModified: timestamp,
    trashedAt: timestamp.nullable(),
    linkCount: z.number().int().meta({ description: "live links on it" }),
  })
  .meta({ id: "File" });
export type File = z.infer<typeof fileSchema>;

export const fileDetailSchema = fileSchema
  .extend({
    filePath: z.string().meta({ description: "the path that people see, /-separated, beginning with /" }),
    ancestors: z.array(z.object({ id: uuid, name: z.string() })).meta({ description: "outermost first, without root" }),
  })
  .meta({ id: "FileDetail" });
export type FileDetail = z.infer<typeof fileDetailSchema>;

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

export const sortSchema = z.enum(["name", "size", "modified"]).default("name");
export const orderSchema = z.enum(["asc", "desc"]).default("asc");

export const listFiles = operation({
  id: "listFiles",
  method: "GET",
  path: "/api/v1/files",
  tag,
  summary: "A folder's children, folders first; no parentId is the root",
  access: "signed-in",
  query: pageQuery.extend({
    parentId: uuid.optional(),
    sort: sortSchema,
    order: orderSchema,
    q: text().max(255).optional(),
  }),
  status: 200,
  result: pageOf(fileSchema),
  errors: ["not_found", "not_a_folder", "invalid_cursor"],
});

export const getFile = operation({
  id: "getFile",
  method: "GET",
  path: "/api/v1/files/{id}",
  tag,
  summary: "A file or folder with its path",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: fileDetailSchema,
  errors: ["not_found"],
});

export const createFolder = operation({
  id: "createFolder",
  method: "POST",
  path: "/api/v1/folders",
  tag,
  summary: "Make a folder",
  access: "signed-in",
  body: z.object({
    name,
    parentId: uuid.nullable().optional(),
    onConflict: z
      .enum(["fail", "rename", "reuse"])
      .default("fail")
      .meta({ description: "reuse: an existing folder of that name is the answer" }),
  }),
  status: 201,
  idempotencyKey: true,
  result: fileSchema,
  errors: ["not_found", "not_a_folder", "invalid_name", "name_taken", "disk_full"],
});

export const updateFile = operation({
  id: "updateFile",
  method: "PATCH",
  path: "/api/v1/files/{id}",
  tag,
  summary: "Rename or move (parentId null is the root)",
  access: "signed-in",
  params: idParams,
  body: z.object({
    name: name.optional(),
    parentId: uuid.nullable().optional(),
    onConflict: z.enum(["fail", "rename"]).default("fail"),
  }),
  status: 200,
  result: fileSchema,
  errors: ["not_found", "not_a_folder", "invalid_name", "name_taken", "invalid_move", "precondition_failed"],
});

export const deleteFile = operation({
  id: "deleteFile",
  method: "DELETE",
  path: "/api/v1/files/{id}",
  tag,
  summary: "Move to the trash, or delete for good",
  access: "signed-in",
  params: idParams,
  query: z.object({ permanent: flag }),
  status: 204,
  result: null,
  errors: ["not_found", "precondition_failed"],
});

export const copyFile = operation({
  id: "copyFile",
  method: "POST",
  path: "/api/v1/files/{id}/copy",
  tag,
  summary: "Copy a file or folder (no bytes move)",
  access: "signed-in",
  params: idParams,
  body: z.object({
    parentId: uuid.nullable().optional(),
    name: name.optional(),
    onConflict: z.enum(["fail", "rename"]).default("rename"),
  }),
  status: 201,
  idempotencyKey: true,
  result: fileSchema,
  errors: ["not_found", "not_a_folder", "invalid_name", "name_taken", "invalid_move", "quota_exceeded", "disk_full"],
});

export const restoreFile = operation({
  id: "restoreFile",
  method: "POST",
  path: "/api/v1/files/{id}/restore",
  repeatable: true,
  tag,
  summary: "Take out of the trash, back to where it was (or the root, where that is gone)",
  access: "signed-in",
  params: idParams,
  body: z.object({ onConflict: z.enum(["fail", "rename"]).default("rename") }).default({ onConflict: "rename" }),
  status: 200,
  result: fileSchema,
  errors: ["not_found", "name_taken"],
});

export const bulkFiles = operation({
  id: "bulkFiles",
  method: "POST",
  path: "/api/v1/files/bulk",
  repeatable: true,
  tag,
  summary: "Trash, restore, delete for good, or move many at once; each is answered for itself",
  access: "signed-in",
  body: z.object({
    action: z.enum(["trash", "restore", "delete", "move"]),
    ids: z.array(uuid).min(1).max(1000),
    parentId: uuid.nullable().optional().meta({ description: "for move" }),
  }),
  status: 200,
  result: z.object({
    items: z.array(z.object({ id: uuid, ok: z.boolean(), code: z.string().nullable(), detail: z.string().nullable() })),
  }),
  errors: ["not_found", "not_a_folder"],
});

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
  errors: ["not_found", "not_a_file", "quota_exceeded"],
});

export const trashedFileSchema = fileSchema
  .extend({ originalPath: z.string(), deletesAt: timestamp })
  .meta({ id: "TrashedFile" });
export type TrashedFile = z.infer<typeof trashedFileSchema>;

export const listTrash = operation({
  id: "listTrash",
  method: "GET",
  path: "/api/v1/trash",
  tag,
  summary: "What is in the trash, newest first; not what is inside of its folders",
  access: "signed-in",
  query: pageQuery.extend({
    sort: z.enum(["trashed", "name", "size"]).default("trashed"),
    order: z.enum(["asc", "desc"]).default("desc"),
    q: text().max(255).optional(),
  }),
  status: 200,
  result: pageOf(trashedFileSchema),
  errors: ["invalid_cursor"],
});

export const listTrashedFolder = operation({
  id: "listTrashedFolder",
  method: "GET",
  path: "/api/v1/trash/{id}",
  tag,
  summary: "What a folder in the trash holds, folders first",
  access: "signed-in",
  params: idParams,
  query: pageQuery.extend({ sort: sortSchema, order: orderSchema, q: text().max(255).optional() }),
  status: 200,
  result: pageOf(fileSchema),
  errors: ["not_found", "not_a_folder", "invalid_cursor"],
});

export const totalsSchema = z
  .object({
    files: z.number().int(),
    folders: z.number().int(),
    bytes: byteCount.meta({ description: "of the current versions" }),
    complete: z.boolean().meta({ description: "false: there is more than the 100,000 entries that were counted" }),
  })
  .meta({ id: "Totals" });
export type Totals = z.infer<typeof totalsSchema>;

export const getFolderTotals = operation({
  id: "getFolderTotals",
  method: "GET",
  path: "/api/v1/files/{id}/totals",
  tag,
  summary: "How many files and folders a folder holds in all its depth, and their bytes",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: totalsSchema,
  errors: ["not_found", "not_a_folder"],
});

export const getTrashTotals = operation({
  id: "getTrashTotals",
  method: "GET",
  path: "/api/v1/trash/totals",
  tag,
  summary: "How many files and folders the trash holds in all its depth, and their bytes",
  access: "signed-in",
  status: 200,
  result: totalsSchema,
  errors: [],
});

export const emptyTrash = operation({
  id: "emptyTrash",
  method: "DELETE",
  path: "/api/v1/trash",
  tag,
  summary: "Delete everything in the trash for good",
  access: "signed-in",
  status: 204,
  result: null,
  errors: [],
});

const contentQuery = z.object({
  disposition: z.enum(["inline", "attachment"]).default("attachment"),
  version: uuid.optional(),
});

export const getContent = operation({
  id: "getContent",
  method: "GET",
  path: "/api/v1/files/{id}/content",
  tag,
  summary: "The bytes; Range, If-Range, If-None-Match; HEAD too",
  access: "signed-in",
  params: idParams,
  query: contentQuery,
  status: 200,
  result: bytes,
  ranges: true,
  errors: ["not_found", "not_a_file", "range_not_satisfiable", "content_damaged", "data_unreadable"],
});

export const headContent = operation({ ...getContent, id: "headContent", method: "HEAD" });

/** Folder or selection as one ZIP, stored not compressed. */
export const getArchive = operation({
  id: "getArchive",
  method: "GET",
  path: "/api/v1/archives",
  tag,
  summary: "Files and folders as one ZIP; Range works, so a broken download resumes",
  access: "signed-in",
  query: z.object({
    ids: text()
      .min(36)
      .max(37_000)
      .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})*$/, {
        error: "at most 1000 file ids, separated by commas",
      })
      .meta({ description: "comma-separated file ids, at most 1,000" }),
  }),
  status: 200,
  result: bytes,
  media: "application/zip",
  ranges: true,
  errors: ["not_found", "too_large", "range_not_satisfiable", "content_damaged", "data_unreadable"],
});

export const putContent = operation({
  id: "putContent",
  method: "PUT",
  path: "/api/v1/files/content",
  tag: "uploads",
  summary:
    "Store the body as a file: 201, or 200 where it replaced one or was stored already with the same lastModified",
  access: "signed-in",
  query: z.object({
    name,
    parentId: uuid.optional(),
    onConflict: conflictModeSchema,
    lastModified: timestamp.optional(),
  }),
  body: bytes,
  status: 201,
  also: { 200: "Replaced a file, or was stored already" },
  sends: { location: "where the file is" },
  result: fileSchema,
  errors: [
    "not_found",
    "not_a_folder",
    "invalid_name",
    "name_taken",
    "quota_exceeded",
    "too_large",
    "length_mismatch",
    "disk_full",
  ],
});
