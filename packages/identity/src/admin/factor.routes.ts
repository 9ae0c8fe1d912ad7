import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { isUniqueViolation, notFound, unprocessable } from "../errors.ts";
import { readBody, text, uuidPattern } from "../http/body.ts";
import { deleteFactor, findFactor, renameFactor } from "../mfa/factors.queries.ts";
import { callerOf, type Identity } from "../service.ts";
import { findUserById } from "../users/users.queries.ts";
import type { FactorRecord, UserRecord } from "../users/users.records.ts";
import { requireUserParam } from "./admin.routes.ts";

/** For people who lost their authenticator. */
export function adminFactorRoutes(app: FastifyInstance, identity: Identity): void {
  app.get("/admin/users/:userId/factors", async (request) => (await requireUserParam(identity, request)).factors);

  app.put("/admin/users/:userId/factors/:factorId", async (request) => {
    const user = await requireUserParam(identity, request);
    const factor = requireFactorParam(user, request);
    const { friendly_name } = readBody(request, z.object({ friendly_name: text }));
    await inTransaction(identity.pool, async (db) => {
      if (friendly_name !== "") await renameFactor(db, factor.id, friendly_name, identity.now());
      const traits = { user_id: user.id, factor_id: factor.id };
      await writeAudit(db, "factor_updated", null, callerOf(request), identity.now(), traits);
    }).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw unprocessable("mfa_factor_name_conflict", `The user has a factor with the name "${friendly_name}"`);
    });
    return (await findUserById(identity.pool, user.id))?.factors.find(({ id }) => id === factor.id);
  });

  app.delete("/admin/users/:userId/factors/:factorId", async (request) => {
    const user = await requireUserParam(identity, request);
    const { id } = requireFactorParam(user, request);
    await inTransaction(identity.pool, async (db) => {
      const factor = await findFactor(db, user.id, id);
      if (factor) await deleteFactor(db, factor);
      const traits = { user_id: user.id, factor_id: id };
      await writeAudit(db, "factor_deleted", null, callerOf(request), identity.now(), traits);
    });
    return { id };
  });
}

/** @throws IdentityError 404 (validation_failed, mfa_factor_not_found) */
function requireFactorParam(user: UserRecord, request: FastifyRequest): FactorRecord {
  const { factorId } = request.params as { factorId: string };
  if (!uuidPattern.test(factorId)) throw notFound("validation_failed", "factor_id must be an UUID");
  const factor = user.factors.find(({ id }) => id === factorId.toLowerCase());
  if (factor === undefined) throw notFound("mfa_factor_not_found", "Factor not found");
  return factor;
}
