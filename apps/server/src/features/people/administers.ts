import type { Principal } from "../../platform/http/principal.ts";

/** Whether somebody acts as an administrator: with a token only where it may administer. */
export function administers({ role, token }: Pick<Principal, "role" | "token">): boolean {
  return role === "admin" && (!token || token.scopes.includes("admin"));
}
