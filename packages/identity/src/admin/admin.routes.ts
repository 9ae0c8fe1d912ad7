import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod";
import { type AuditColumn, auditColumns, listAudit } from "../audit/audit.queries.ts";
import { badRequest, notFound } from "../errors.ts";
import { flag, queryValue, readBody, uuidPattern } from "../http/body.ts";
import { callerOf, type Identity } from "../service.ts";
import { requireAdmin } from "../sessions/bearer.ts";
import { findUserById, listUsers } from "../users/users.queries.ts";
import { type UserRecord, userJson } from "../users/users.records.ts";
import { createUser } from "./create-user.ts";
import { pageHeaders, readPage } from "./paging.ts";
import { removeUser, updateUser } from "./update-user.ts";
import { adminUserBody, checkedFields } from "./user-fields.ts";

/** Everything below /admin but factors and links. The caller has asked for an administrator before. */
export function adminRoutes(app: FastifyInstance, identity: Identity): void {
  app.get("/admin/users", async (request, reply) => {
    const page = readPage(request);
    const ascending = readAscending(queryValue(request, "sort"));
    const { users, total } = await listUsers(identity.pool, {
      ...page,
      ascending,
      filter: queryValue(request, "filter"),
    });
    pageHeaders(reply, "/admin/users", page, total);
    return { users: users.map(userJson), aud: "authenticated" };
  });

  app.post("/admin/users", async (request) => {
    const fields = checkedFields(readBody(request, adminUserBody));
    return userJson(await createUser(identity, fields, callerOf(request)));
  });

  app.get("/admin/users/:userId", async (request) => userJson(await requireUserParam(identity, request)));

  app.put("/admin/users/:userId", async (request) => {
    const user = await requireUserParam(identity, request);
    const fields = checkedFields(readBody(request, adminUserBody));
    return userJson(await updateUser(identity, user, fields, callerOf(request)));
  });

  app.delete("/admin/users/:userId", async (request) => {
    const user = await requireUserParam(identity, request);
    const { should_soft_delete } = readBody(request, z.object({ should_soft_delete: flag }));
    await removeUser(identity, user, should_soft_delete, callerOf(request));
    return {};
  });

  app.get("/admin/audit", async (request, reply) => {
    const page = readPage(request);
    const { entries, total } = await listAudit(identity.pool, {
      ...page,
      search: readSearch(queryValue(request, "query")),
    });
    pageHeaders(reply, "/admin/audit", page, total);
    return entries;
  });
}

/** Asks for an administrator before any route of the scope that it is given. */
export function adminOnly(app: FastifyInstance, identity: Identity): void {
  app.addHook("preHandler", (request) => requireAdmin(identity, request));
}

/** @throws IdentityError 404 (validation_failed, user_not_found) */
export async function requireUserParam(identity: Identity, request: FastifyRequest): Promise<UserRecord> {
  const { userId } = request.params as { userId: string };
  if (!uuidPattern.test(userId)) throw notFound("validation_failed", "user_id must be an UUID");
  const user = await findUserById(identity.pool, userId);
  if (user === undefined) throw notFound("user_not_found", "User not found");
  return user;
}

function readAscending(sort: string): boolean {
  if (sort === "") return false;
  const [field, direction = "asc"] = sort.trim().toLowerCase().split(/\s+/);
  if (field === "created_at" && ["asc", "desc"].includes(direction)) return direction === "asc";
  throw badRequest("validation_failed", `Bad Sort Parameters: "${sort}"; only created_at asc or desc is possible`);
}

/** `author:name`, `action:word` or `type:word`. */
function readSearch(query: string): { column: AuditColumn; value: string } | null {
  if (query === "") return null;
  const [name = "", ...rest] = query.split(":");
  const column = { author: "actor_username", action: "action", type: "log_type" }[name];
  if (rest.length === 0 || !auditColumns.includes(column as AuditColumn)) {
    throw badRequest("validation_failed", "Invalid scope: search for author:…, action:… or type:…");
  }
  return { column: column as AuditColumn, value: rest.join(":") };
}
