import { z } from "zod";
import { byteCount, flag, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { fileRoleSchema } from "../files/file.ts";

const tag = "spaces";

/** How many teams there can be, and how many one person can make. */
export const maxTeams = 10_000;
export const maxTeamsMade = 100;
/** For how long a deleted team can be brought back. */
export const teamGraceDays = 30;

/** A team: a tree of files that belongs to nobody. Who has a grant on its root, whose id is the space's, is a member. */
export const spaceSchema = z
  .object({
    id: uuid.meta({ description: "also of its root folder, for parentId of files and for grants" }),
    name: z.string(),
    role: fileRoleSchema
      .nullable()
      .meta({ description: "yours by grants on its root; null: none. Archived, everybody only sees" }),
    quotaBytes: byteCount.nullable().meta({ description: "null: no quota" }),
    usedBytes: byteCount,
    memberCount: z.number().int().meta({ description: "people and groups that are members" }),
    hasManager: z
      .boolean()
      .meta({ description: "false: nobody who can sign in manages it, and an administrator may give it a manager" }),
    createdAt: timestamp,
    archivedAt: timestamp.nullable(),
    deletedAt: timestamp.nullable(),
    removedAt: timestamp.nullable().meta({ description: "of a deleted one: until when it can be brought back" }),
  })
  .meta({ id: "Space" });
export type Space = z.infer<typeof spaceSchema>;

export const spaceMemberSchema = z
  .object({
    type: z.enum(["user", "group"]),
    id: uuid.meta({ description: "of the person or group" }),
    name: z.string(),
    email: z.string().nullable().meta({ description: "null: a group" }),
    role: fileRoleSchema,
    since: timestamp,
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: "SpaceMember" });
export type SpaceMember = z.infer<typeof spaceMemberSchema>;

const name = text().trim().min(1).max(100);

export const listSpaces = operation({
  id: "listSpaces",
  method: "GET",
  path: "/api/v1/spaces",
  tag,
  summary: "Teams by name: those that you are a member of, and with `all`, for an administrator, every one",
  access: "signed-in",
  query: pageQuery.extend({ all: flag, q: text().max(100).optional() }),
  status: 200,
  result: pageOf(spaceSchema).extend({ mayCreate: z.boolean().meta({ description: "whether you may make a team" }) }),
  errors: ["invalid_cursor", "forbidden"],
});

export const createSpace = operation({
  id: "createSpace",
  method: "POST",
  path: "/api/v1/spaces",
  tag,
  summary: `Make a team and become its manager; there are at most ${maxTeams}, ${maxTeamsMade} made by one person`,
  access: "signed-in",
  body: z.object({
    name,
    quotaBytes: byteCount
      .nullable()
      .optional()
      .meta({ description: "for administrators; absent: the server's default" }),
  }),
  status: 201,
  idempotencyKey: true,
  result: spaceSchema,
  errors: ["forbidden", "limit_reached", "disk_full"],
});

export const getSpace = operation({
  id: "getSpace",
  method: "GET",
  path: "/api/v1/spaces/{id}",
  tag,
  summary: "A team, for its members and administrators",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: spaceSchema,
  errors: ["not_found"],
});

export const updateSpace = operation({
  id: "updateSpace",
  method: "PATCH",
  path: "/api/v1/spaces/{id}",
  tag,
  summary:
    "Rename, archive (read-only) or unarchive a team: its managers; quota, and a manager where it has none: administrators",
  access: "signed-in",
  params: idParams,
  body: z
    .object({
      name,
      archived: z.boolean(),
      quotaBytes: byteCount.nullable(),
      managerId: uuid.meta({ description: "of a person who becomes manager; only of a team without one" }),
    })
    .partial(),
  status: 200,
  result: spaceSchema,
  errors: ["not_found", "forbidden", "conflict"],
});

export const deleteSpace = operation({
  id: "deleteSpace",
  method: "DELETE",
  path: "/api/v1/spaces/{id}",
  tag,
  summary: `Delete a team: nobody sees it any more, and after ${teamGraceDays} days it is removed with all that is in it`,
  access: "signed-in",
  params: idParams,
  query: z.object({ name: text().max(100).meta({ description: "its name, typed again" }) }),
  status: 200,
  result: spaceSchema,
  errors: ["not_found", "forbidden", "conflict"],
});

export const restoreSpace = operation({
  id: "restoreSpace",
  method: "POST",
  path: "/api/v1/spaces/{id}/restore",
  repeatable: true,
  tag,
  summary: "Bring a deleted team back, with everything as it was: its managers and administrators",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: spaceSchema,
  errors: ["not_found", "forbidden"],
});

export const listSpaceMembers = operation({
  id: "listSpaceMembers",
  method: "GET",
  path: "/api/v1/spaces/{id}/members",
  tag,
  summary: "People and groups with a role on all of a team, by name; for its members and administrators",
  access: "signed-in",
  params: idParams,
  query: pageQuery,
  status: 200,
  result: pageOf(spaceMemberSchema),
  errors: ["not_found", "invalid_cursor"],
});
