import { z } from "zod";
import type { Operation } from "./operation.ts";

/** What a personal access token may be allowed to do. A session may do everything that its person may. */
export const tokenScopeSchema = z.enum(["files:read", "files:write", "shares", "backups", "admin"]);
export type TokenScope = z.infer<typeof tokenScopeSchema>;

/** `any`: every token. `none`: no token at all, whatever its scopes. */
export type RequiredScope = TokenScope | "any" | "none";

/**
 * The scope that a token needs for an operation: the one place where this is decided. What is not named here is open to no token, so that
 * a new part of the API stays shut until somebody decides. Accounts, sessions, second factors and tokens themselves are for people who
 * are signed in.
 */
export function scopeOf(operation: Pick<Operation, "id" | "access" | "method" | "tag" | "recentProof">): RequiredScope {
  if (operation.recentProof) return "none";
  const reads = operation.method === "GET" || operation.method === "HEAD";
  if (operation.id === "me") return "any";
  if (operation.access === "admin") return "admin";
  if (operation.access !== "signed-in") return "none";
  switch (operation.tag) {
    case "files":
    case "uploads":
      return reads && operation.id !== "headUpload" && operation.id !== "listUploads" ? "files:read" : "files:write";
    case "sharing":
      return "shares";
    case "backups":
      return "backups";
    case "groups":
    case "spaces":
      return reads ? "files:read" : "none";
    case "system":
      return "files:read";
    default:
      return "none";
  }
}
