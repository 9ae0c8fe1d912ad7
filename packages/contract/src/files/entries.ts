import { z } from "zod";
import { flag, idParams, pageOf, pageQuery, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { copySchema, isCopy } from "./copies.ts";
import { entryName, fileDetailSchema, fileSchema, orderSchema, sortSchema } from "./file.ts";

const tag = "files";

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
    name: entryName,
    parentId: uuid.nullable().optional(),
    onConflict: z
      .enum(["fail", "rename", "reuse"])
      .default("fail")
      .meta({ description: "reuse: an existing folder of that name is the answer" }),
  }),
  status: 201,
  idempotencyKey: true,
  result: fileSchema,
  errors: ["not_found", "not_a_folder", "invalid_name", "name_taken", "too_deep", "too_many_entries", "disk_full"],
});

const keepGrants = z
  .boolean()
  .default(false)
  .meta({ description: "Moved into another space, it keeps the grants on itself: for its managers alone" });

export const moveCheckSchema = z.object({
  betweenSpaces: z.boolean().meta({ description: "Otherwise a move ends nothing" }),
  entries: z.number().int(),
  bytes: z.number().int(),
  links: z
    .array(z.object({ id: uuid, label: z.string().nullable(), fileName: z.string(), maker: z.string() }))
    .meta({ description: "Links that would lead nowhere, the first hundred; others' only for who manages the file" }),
  linksInAll: z.number().int(),
  grants: z
    .array(z.object({ id: uuid, fileName: z.string(), grantee: z.string(), role: z.string() }))
    .meta({ description: "Grants that would end, the first hundred; only for who manages the file" }),
  grantsInAll: z.number().int(),
});
export type MoveCheck = z.infer<typeof moveCheckSchema>;

export const updateFile = operation({
  id: "updateFile",
  method: "PATCH",
  path: "/api/v1/files/{id}",
  tag,
  summary:
    "Rename or move (parentId null is the root). Into another space, of another user or a team, it goes with at most 10,000 files and folders in it; move-check says what that ends",
  access: "signed-in",
  params: idParams,
  body: z.object({
    name: entryName.optional(),
    parentId: uuid.nullable().optional(),
    onConflict: z.enum(["fail", "rename"]).default("fail"),
    keepGrants,
  }),
  status: 200,
  result: fileSchema,
  errors: [
    "too_many_at_once",
    "not_found",
    "not_a_folder",
    "invalid_name",
    "name_taken",
    "invalid_move",
    "too_deep",
    "precondition_failed",
    "contains_restricted",
    "too_large",
    "quota_exceeded",
    "too_many_entries",
    "disk_full",
  ],
});

export const checkMove = operation({
  id: "checkMove",
  method: "POST",
  path: "/api/v1/files/{id}/move-check",
  tag,
  summary: "What a move to another folder would take along and end; nothing is moved",
  access: "signed-in",
  params: idParams,
  body: z.object({ parentId: uuid.nullable(), keepGrants }),
  status: 200,
  result: moveCheckSchema,
  errors: [
    ...(["too_many_at_once", "not_found", "not_a_folder", "name_taken", "invalid_move", "too_deep"] as const),
    ...(["contains_restricted", "too_large", "quota_exceeded", "too_many_entries"] as const),
  ],
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
  errors: ["not_found", "precondition_failed", "contains_restricted"],
});

export const copyFile = operation({
  id: "copyFile",
  method: "POST",
  path: "/api/v1/files/{id}/copy",
  tag,
  summary:
    "Copy a file or folder (no bytes move). A large folder is copied after the answer, which is then a Copy to follow",
  access: "signed-in",
  params: idParams,
  body: z.object({
    parentId: uuid.nullable().optional(),
    name: entryName.optional(),
    onConflict: z.enum(["fail", "rename"]).default("rename"),
  }),
  status: 201,
  also: { 202: "It is being copied: a Copy, followed by getCopy. Nothing of it is seen before all of it is there" },
  statusOf: (result) => (isCopy(result) ? 202 : 201),
  idempotencyKey: true,
  result: z.union([fileSchema, copySchema]),
  errors: [
    ...(["not_found", "not_a_folder", "invalid_name", "name_taken", "invalid_move", "too_deep"] as const),
    ...(["quota_exceeded", "too_many_entries", "too_many_at_once", "disk_full"] as const),
  ],
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
    keepGrants,
  }),
  status: 200,
  result: z.object({
    items: z.array(z.object({ id: uuid, ok: z.boolean(), code: z.string().nullable(), detail: z.string().nullable() })),
  }),
  errors: ["not_found", "not_a_folder", "too_many_at_once"],
});
