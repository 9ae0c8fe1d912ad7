import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { tokenScopeSchema } from "../base/scopes.ts";
import { text } from "../base/text.ts";

export const accessTokenSchema = z
  .object({
    id: uuid,
    name: z.string(),
    scopes: z.array(tokenScopeSchema),
    createdAt: timestamp,
    expiresAt: timestamp.nullable().meta({ description: "null: until it is revoked" }),
    lastUsedAt: timestamp.nullable().meta({ description: "exact to a minute" }),
  })
  .meta({ id: "AccessToken" });
export type AccessToken = z.infer<typeof accessTokenSchema>;

const tag = "auth";

export const listAccessTokens = operation({
  id: "listAccessTokens",
  method: "GET",
  path: "/api/v1/auth/tokens",
  tag,
  summary: "My personal access tokens and app passwords, newest first",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(accessTokenSchema) }),
  errors: [],
});

export const createAccessToken = operation({
  id: "createAccessToken",
  method: "POST",
  path: "/api/v1/auth/tokens",
  tag,
  summary:
    "Make a token for a program; it is shown this once. As a password beside the email address it is an app password",
  access: "signed-in",
  recentProof: true,
  body: z.object({
    name: text().trim().min(1).max(100),
    scopes: z.array(tokenScopeSchema).min(1).max(10),
    expiresAt: timestamp.nullable().default(null),
  }),
  status: 201,
  idempotencyKey: true,
  result: accessTokenSchema.extend({ token: z.string() }),
  errors: ["recent_proof_required", "forbidden", "invalid_expiry", "conflict", "disk_full"],
});

export const revokeAccessToken = operation({
  id: "revokeAccessToken",
  method: "DELETE",
  path: "/api/v1/auth/tokens/{id}",
  tag,
  summary: "Revoke a token: it stops working at once",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});
