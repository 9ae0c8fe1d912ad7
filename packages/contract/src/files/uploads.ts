import { z } from "zod";
import { idParams, uuid } from "../base/common.ts";
import { type ErrorCode, errorCodes } from "../base/errors.ts";
import { operation } from "../base/operation.ts";
import { fileSchema } from "./file.ts";

const tag = "uploads";

export const uploadSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    size: z.number().nullable(),
    offset: z.number(),
    /** The folder that it is meant for; null: the top. */
    parentId: z.string().nullable(),
    createdAt: z.string(),
    /** When it is given up, unless something happens to it. */
    expiresAt: z.string(),
    /** Every byte is here. It becomes a file by itself within a minute, unless `refusal` says why not. */
    complete: z.boolean(),
    /** Why it could not become a file. It waits to be finished otherwise, or to be discarded. */
    refusal: z
      .object({
        code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
        detail: z.string(),
        at: z.string(),
      })
      .nullable(),
  })
  .meta({ id: "Upload" });

export const listUploads = operation({
  id: "listUploads",
  method: "GET",
  path: "/api/v1/uploads",
  tag,
  summary: "My unfinished uploads, and those that were refused at their end",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(uploadSchema) }),
  errors: [],
});

export const finishUpload = operation({
  id: "finishUpload",
  method: "POST",
  path: "/api/v1/uploads/{id}/finish",
  tag,
  summary: "Make a complete upload a file, under another name or in another folder if wanted",
  access: "signed-in",
  params: idParams,
  body: z.object({
    name: z.string().max(1024).optional(),
    /** Null: the top. */
    parentId: uuid.nullable().optional(),
    onConflict: z.enum(["fail", "rename", "replace"]).optional(),
  }),
  status: 200,
  result: fileSchema,
  errors: [
    "not_found",
    "gone",
    "conflict",
    "not_a_folder",
    "invalid_name",
    "name_taken",
    "quota_exceeded",
    "too_many_entries",
    "upload_busy",
  ],
});
