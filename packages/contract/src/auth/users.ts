import { z } from "zod";
import { byteCount, flag, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

export const roleSchema = z.enum(["admin", "user"]);
export type Role = z.infer<typeof roleSchema>;

export const userSchema = z
  .object({
    id: uuid,
    email: z.string(),
    displayName: z.string().nullable(),
    role: roleSchema,
    status: z
      .enum(["active", "disabled", "pending"])
      .meta({ description: "pending: waits for an administrator's approval" }),
    quotaBytes: byteCount.nullable().meta({ description: "null: no quota" }),
    usedBytes: byteCount,
    createdAt: timestamp,
    lastSignInAt: timestamp.nullable(),
  })
  .meta({ id: "User" });
export type User = z.infer<typeof userSchema>;

export const me = operation({
  id: "me",
  method: "GET",
  path: "/api/v1/me",
  tag: "users",
  summary: "Me: role, quota and use",
  access: "signed-in",
  status: 200,
  result: userSchema,
  errors: [],
});

export const updateMe = operation({
  id: "updateMe",
  method: "PATCH",
  path: "/api/v1/me",
  tag: "users",
  summary: "Change how I am called",
  access: "signed-in",
  body: z.object({ displayName: text().trim().max(100).nullable() }),
  status: 200,
  result: userSchema,
  errors: [],
});

export const adminListUsers = operation({
  id: "adminListUsers",
  method: "GET",
  path: "/api/v1/admin/users",
  tag: "admin",
  summary: "All users",
  access: "admin",
  query: pageQuery.extend({ q: text().max(255).optional() }),
  status: 200,
  result: pageOf(userSchema),
  errors: ["invalid_cursor"],
});

export const adminCreateUser = operation({
  id: "adminCreateUser",
  method: "POST",
  path: "/api/v1/admin/users",
  tag: "admin",
  summary: "Create an account for someone else",
  access: "admin",
  body: z.object({
    email: z.email().max(255).trim().toLowerCase(),
    password: text().min(1).max(1024),
    role: roleSchema.default("user"),
    displayName: text().trim().max(100).optional(),
    quotaBytes: byteCount.nullable().default(null),
  }),
  status: 201,
  idempotencyKey: true,
  result: userSchema,
  errors: ["email_taken", "weak_password", "disk_full"],
});

export const adminUpdateUser = operation({
  id: "adminUpdateUser",
  method: "PATCH",
  path: "/api/v1/admin/users/{id}",
  tag: "admin",
  summary:
    "Role, quota, state, email address or password of a user; role, address and password ask a session for a recent proof",
  access: "admin",
  params: idParams,
  body: z.object({
    role: roleSchema.optional(),
    status: z.enum(["active", "disabled"]).optional(),
    quotaBytes: byteCount.nullable().optional(),
    displayName: text().trim().max(100).nullable().optional(),
    password: text().min(1).max(1024).optional(),
    email: z.email().max(255).trim().toLowerCase().optional().meta({ description: "counts as proved: by your word" }),
  }),
  status: 200,
  result: userSchema,
  errors: ["not_found", "last_admin", "weak_password", "email_taken", "recent_proof_required"],
});

export const adminDeleteUser = operation({
  id: "adminDeleteUser",
  method: "DELETE",
  path: "/api/v1/admin/users/{id}",
  tag: "admin",
  summary: "Delete a user with everything that is theirs; transfer keeps the files",
  access: "admin",
  params: idParams,
  query: z.object({ override: flag.meta({ description: "Also where teams are left without a manager" }) }),
  status: 204,
  result: null,
  errors: ["not_found", "last_admin", "last_manager", "busy"],
});
