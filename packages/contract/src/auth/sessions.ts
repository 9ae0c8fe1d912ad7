import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

export const sessionSchema = z
  .object({
    id: uuid,
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    current: z.boolean(),
  })
  .meta({ id: "Session" });

export const loginSchema = z
  .object({
    id: uuid,
    occurredAt: timestamp.meta({ description: "of the last attempt, where there are several" }),
    firstAt: timestamp,
    attempts: z.int().meta({ description: "how many alike there were within ten minutes" }),
    ip: z.string().nullable().meta({ description: "an address, or the network (/24 or /48) of several" }),
    userAgent: z.string().nullable(),
    method: z.string(),
    newNetwork: z.boolean().meta({ description: "a sign-in from a network that the history did not know" }),
    newDevice: z.boolean().meta({ description: "a sign-in with a browser that the history did not know" }),
    outcome: z.enum([
      "success",
      "invalid_credentials",
      "throttled",
      "disabled",
      "not_approved",
      "not_in_group",
      "not_confirmed",
      "mfa_required",
    ]),
  })
  .meta({ id: "Login" });
export type Login = z.infer<typeof loginSchema>;

const tag = "auth";

export const listSessions = operation({
  id: "listSessions",
  method: "GET",
  path: "/api/v1/auth/sessions",
  tag,
  summary: "My sessions",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(sessionSchema) }),
  errors: [],
});

export const revokeSession = operation({
  id: "revokeSession",
  method: "DELETE",
  path: "/api/v1/auth/sessions/{id}",
  servedInMaintenance: true,
  tag,
  summary: "End one of my sessions",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const listLogins = operation({
  id: "listLogins",
  method: "GET",
  path: "/api/v1/auth/logins",
  tag,
  summary: "My login history, newest first",
  access: "signed-in",
  query: pageQuery.extend({
    outcome: z
      .enum(["success", "refused"])
      .optional()
      .meta({ description: "sign-ins alone, or refused attempts alone" }),
  }),
  status: 200,
  result: pageOf(loginSchema),
  errors: ["invalid_cursor"],
});

export const listActivity = operation({
  id: "listActivity",
  method: "GET",
  path: "/api/v1/auth/activity",
  tag,
  summary: "What changed how I sign in: password, address, second factors, tokens, new devices; newest first",
  access: "signed-in",
  query: pageQuery,
  status: 200,
  result: pageOf(
    z
      .object({
        id: uuid,
        occurredAt: timestamp,
        ip: z.string().nullable(),
        action: z.string().meta({ description: "such as user.password, factor.add, token.create, session.new_device" }),
        byMe: z.boolean().meta({ description: "false: by an administrator, or by the server's operator" }),
      })
      .meta({ id: "Activity" }),
  ),
  errors: ["invalid_cursor"],
});
