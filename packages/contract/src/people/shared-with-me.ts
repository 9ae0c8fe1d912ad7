import { z } from "zod";
import { flag, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { fileRoleSchema, fileSchema, ownerSchema } from "../files/file.ts";

const tag = "files";

export const sharedItemSchema = z
  .object({
    file: fileSchema,
    role: fileRoleSchema,
    owner: ownerSchema,
    givenBy: z.object({ id: uuid, name: z.string() }).nullable(),
    givenAt: timestamp,
    expiresAt: timestamp.nullable(),
    grantId: uuid.nullable().meta({ description: "what you can give up; null: you have it as a member of a group" }),
    hidden: z.boolean(),
  })
  .meta({ id: "SharedItem" });
export type SharedItem = z.infer<typeof sharedItemSchema>;

export const listSharedWithMe = operation({
  id: "listSharedWithMe",
  method: "GET",
  path: "/api/v1/shared-with-me",
  tag,
  summary: "The topmost files and folders that others share with me, newest first",
  access: "signed-in",
  query: pageQuery.extend({ hidden: flag }),
  status: 200,
  result: pageOf(sharedItemSchema),
  errors: ["invalid_cursor"],
});

export const updateSharedWithMe = operation({
  id: "updateSharedWithMe",
  method: "PATCH",
  path: "/api/v1/shared-with-me/{id}",
  tag,
  summary: "Hide something from the list, or show it again; the role stays",
  access: "signed-in",
  params: idParams,
  body: z.object({ hidden: z.boolean() }),
  status: 204,
  result: null,
  errors: ["not_found"],
});
