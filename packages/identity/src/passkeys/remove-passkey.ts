import type { FastifyRequest } from "fastify";
import { type AuditActor, writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { notFound } from "../errors.ts";
import { uuidPattern } from "../http/body.ts";
import { callerOf, type Identity } from "../service.ts";
import { withoutEmpty } from "../users/users.records.ts";
import { deletePasskey, type PasskeyItem } from "./passkeys.queries.ts";

/** The passkey that the path names. @param actor null: an administrator @throws IdentityError 404 validation_failed */
export async function removePasskey(
  identity: Identity,
  request: FastifyRequest,
  userId: string,
  actor: AuditActor,
): Promise<void> {
  const id = passkeyIdOf(request);
  await inTransaction(identity.pool, async (db) => {
    if (!(await deletePasskey(db, id, userId))) throw unknown();
    const traits = { passkey_id: id, ...(actor === null ? { user_id: userId } : {}) };
    await writeAudit(db, "passkey_deleted", actor, callerOf(request), identity.now(), traits);
  });
}

/** @throws IdentityError 404 validation_failed */
export function passkeyIdOf(request: FastifyRequest): string {
  const { passkeyId } = request.params as { passkeyId: string };
  if (!uuidPattern.test(passkeyId)) throw unknown();
  return passkeyId;
}

export const unknown = () => notFound("validation_failed", "Passkey not found");
export const toItem = (row: PasskeyItem) => withoutEmpty({ ...row, friendly_name: row.friendly_name || null });
