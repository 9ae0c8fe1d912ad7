import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { fileSchema, orderSchema, sortSchema } from "./file.ts";

const tag = "files";

/** Whose trash. */
export const trashOf = z.object({
  spaceId: uuid.optional().meta({ description: "a team's; absent: your own" }),
});

export const trashedFileSchema = fileSchema
  .extend({
    originalPath: z.string(),
    deletesAt: timestamp,
    trashedBy: z
      .object({ id: uuid, name: z.string() })
      .nullable()
      .meta({ description: "who put it there; null: not known" }),
  })
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
    ...trashOf.shape,
  }),
  status: 200,
  result: pageOf(trashedFileSchema),
  errors: ["invalid_cursor", "not_found", "forbidden"],
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

export const emptyTrash = operation({
  id: "emptyTrash",
  method: "DELETE",
  path: "/api/v1/trash",
  tag,
  summary: "Delete everything in the trash for good; that of a team: its managers",
  access: "signed-in",
  query: trashOf,
  status: 204,
  result: null,
  errors: ["not_found", "forbidden"],
});
