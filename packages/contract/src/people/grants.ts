import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { fileRoleSchema, ownerSchema } from "../files/file.ts";

const tag = "sharing";

export const granteeTypeSchema = z.enum(["user", "group"]);
export type GranteeType = z.infer<typeof granteeTypeSchema>;

const named = z.object({ id: uuid, name: z.string() });

export const granteeSchema = z
  .object({
    type: granteeTypeSchema,
    id: uuid,
    name: z.string(),
    email: z.string().nullable().meta({ description: "null: of a group, or not for you to see" }),
    members: z.number().int().nullable().meta({ description: "of a group" }),
  })
  .meta({ id: "Grantee" });
export type Grantee = z.infer<typeof granteeSchema>;

export const grantSchema = z
  .object({
    id: uuid,
    fileId: uuid,
    grantee: granteeSchema,
    role: fileRoleSchema,
    from: z
      .object({
        kind: z.enum(["here", "folder", "space"]),
        folder: named.nullable().meta({ description: "null: not a folder, or one that you may not see" }),
      })
      .meta({ description: "whether it was given here, on a folder above, or on the whole space" }),
    createdBy: named.nullable().meta({ description: "who gave it; to managers alone" }),
    createdAt: timestamp,
    expiresAt: timestamp.nullable().meta({ description: "null: it does not expire; to managers alone" }),
    expired: z.boolean(),
  })
  .meta({ id: "Grant" });
export type Grant = z.infer<typeof grantSchema>;

/** The most grants on one file or folder. */
export const grantsPerFile = 500;
/** So many are listed, the nearest first. */
export const grantsListed = 1000;

export const accessListSchema = z
  .object({
    items: z.array(grantSchema).max(grantsListed),
    complete: z.boolean().meta({ description: `false: there are more than ${grantsListed}` }),
    owner: ownerSchema,
    role: fileRoleSchema.meta({ description: "yours" }),
    inherits: z.boolean().meta({ description: "false: what is given on folders above does not count here" }),
  })
  .meta({ id: "AccessList" });
export type AccessList = z.infer<typeof accessListSchema>;

const expiresAt = timestamp.nullable().optional().meta({ description: "null: it does not expire" });

export const listGrants = operation({
  id: "listGrants",
  method: "GET",
  path: "/api/v1/files/{id}/grants",
  tag,
  summary: "Who has access to a file, a folder or a team's space, and where it comes from",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: accessListSchema,
  errors: ["not_found"],
});

export const createGrant = operation({
  id: "createGrant",
  method: "POST",
  path: "/api/v1/files/{id}/grants",
  tag,
  summary: "Give a user or a group a role; who has one on it gets this one instead",
  access: "signed-in",
  params: idParams,
  repeatable: true,
  body: z.object({
    granteeType: granteeTypeSchema,
    granteeId: uuid,
    role: fileRoleSchema,
    expiresAt,
    message: text().trim().max(1000).optional().meta({ description: "what those read who are notified of it" }),
  }),
  status: 200,
  also: { 201: "It was given; 200: an earlier one was changed" },
  result: grantSchema,
  errors: [
    ...(["not_found", "no_such_grantee", "not_shareable", "not_a_folder", "invalid_expiry"] as const),
    ...(["too_many_grants", "last_manager", "disk_full"] as const),
  ],
});

export const updateGrant = operation({
  id: "updateGrant",
  method: "PATCH",
  path: "/api/v1/grants/{id}",
  tag,
  summary: "Change a role or its expiry",
  access: "signed-in",
  params: idParams,
  body: z.object({ role: fileRoleSchema.optional(), expiresAt }),
  status: 200,
  result: grantSchema,
  errors: ["not_found", "not_a_folder", "invalid_expiry", "last_manager", "disk_full"],
});

export const deleteGrant = operation({
  id: "deleteGrant",
  method: "DELETE",
  path: "/api/v1/grants/{id}",
  tag,
  summary: "Take a role away, or give up your own",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found", "last_manager"],
});

export const setInheritance = operation({
  id: "setInheritance",
  method: "POST",
  path: "/api/v1/files/{id}/inheritance",
  tag,
  summary: "Whether what is given on folders above counts in this folder",
  access: "signed-in",
  params: idParams,
  repeatable: true,
  body: z.object({ inherits: z.boolean() }),
  status: 200,
  result: accessListSchema,
  errors: ["not_found", "not_a_folder"],
});
