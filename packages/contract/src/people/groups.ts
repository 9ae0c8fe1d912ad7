import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "groups";

/** How many there can be. */
export const maxGroups = 10_000;
export const maxGroupMembers = 10_000;
export const maxGroupsOfUser = 200;

export const groupSchema = z
  .object({
    id: uuid,
    name: z.string(),
    description: z.string().nullable(),
    externalName: z.string().nullable().meta({
      description: "as an identity provider calls it: people come and go with what it says at their sign-ins",
    }),
    memberCount: z.number().int(),
    createdAt: timestamp,
  })
  .meta({ id: "Group" });
export type Group = z.infer<typeof groupSchema>;

export const groupMemberSchema = z
  .object({
    userId: uuid,
    email: z.string(),
    displayName: z.string().nullable(),
    fromClaim: z.boolean().meta({ description: "by what an identity provider says, and only for as long as it does" }),
    addedAt: timestamp,
  })
  .meta({ id: "GroupMember" });
export type GroupMember = z.infer<typeof groupMemberSchema>;

const name = text().trim().min(1).max(100);
const description = text().trim().max(500).nullable();
const externalName = text().trim().min(1).max(100).nullable();

export const listGroups = operation({
  id: "listGroups",
  method: "GET",
  path: "/api/v1/groups",
  tag,
  summary: "Groups by name: an administrator sees all, everybody else those that they are in",
  access: "signed-in",
  query: pageQuery.extend({ q: text().max(100).optional() }),
  status: 200,
  result: pageOf(groupSchema),
  errors: ["invalid_cursor"],
});

export const createGroup = operation({
  id: "createGroup",
  method: "POST",
  path: "/api/v1/groups",
  tag,
  summary: `Make a group; there are at most ${maxGroups}`,
  access: "admin",
  body: z.object({ name, description: description.default(null), externalName: externalName.default(null) }),
  status: 201,
  idempotencyKey: true,
  result: groupSchema,
  errors: ["name_taken", "limit_reached"],
});

export const getGroup = operation({
  id: "getGroup",
  method: "GET",
  path: "/api/v1/groups/{id}",
  tag,
  summary: "A group, for its members and administrators",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: groupSchema,
  errors: ["not_found"],
});

export const updateGroup = operation({
  id: "updateGroup",
  method: "PATCH",
  path: "/api/v1/groups/{id}",
  tag,
  summary: "Change name, description, or what an identity provider calls it",
  access: "admin",
  params: idParams,
  body: z.object({ name, description, externalName }).partial(),
  status: 200,
  result: groupSchema,
  errors: ["not_found", "name_taken"],
});

export const deleteGroup = operation({
  id: "deleteGroup",
  method: "DELETE",
  path: "/api/v1/groups/{id}",
  tag,
  summary: "Delete a group with everything that was granted to it; its members stay",
  access: "admin",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const listGroupMembers = operation({
  id: "listGroupMembers",
  method: "GET",
  path: "/api/v1/groups/{id}/members",
  tag,
  summary: "Who is in a group, by email address; for its members and administrators",
  access: "signed-in",
  params: idParams,
  query: pageQuery.extend({ q: text().max(255).optional() }),
  status: 200,
  result: pageOf(groupMemberSchema),
  errors: ["not_found", "invalid_cursor"],
});

export const addGroupMember = operation({
  id: "addGroupMember",
  method: "POST",
  path: "/api/v1/groups/{id}/members",
  repeatable: true,
  tag,
  summary: `Add somebody by their id; a group has at most ${maxGroupMembers} members, and nobody is in more than ${maxGroupsOfUser}`,
  access: "admin",
  params: idParams,
  body: z.object({ userId: uuid }),
  status: 201,
  result: groupMemberSchema,
  errors: ["not_found", "limit_reached"],
});

export const removeGroupMember = operation({
  id: "removeGroupMember",
  method: "DELETE",
  path: "/api/v1/groups/{id}/members/{userId}",
  tag,
  summary: "Take somebody out of a group",
  access: "admin",
  params: z.object({ id: uuid, userId: uuid }),
  status: 204,
  result: null,
  errors: ["not_found"],
});
