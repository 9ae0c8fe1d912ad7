import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { conflictModeSchema, entryName, fileSchema } from "./file.ts";

const tag = "files";

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
    name: entryName,
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
    "too_many_entries",
    "too_large",
    "length_mismatch",
    "disk_full",
  ],
});
