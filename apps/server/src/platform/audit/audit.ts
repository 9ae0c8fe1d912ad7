import type { Queryable } from "../database/database.ts";
import type { Origin } from "../http/principal.ts";
import { newId } from "../ids.ts";

export interface AuditEntry {
  /** `noun.verb`: file.upload, share.revoke, user.disable. */
  action: string;
  targetId: string | null;
  /** What else should be known later. Never a secret, never a token. */
  detail?: Record<string, unknown>;
}

/** Writes an audit entry in the caller's transaction: it stands exactly when what it tells of stands. */
export async function audit(db: Queryable, origin: Origin, entry: AuditEntry): Promise<void> {
  await db.kysely
    .insertInto("holdfast.audit_log")
    .values({
      id: newId(),
      actor_id: origin.actorId,
      action: entry.action,
      target_id: entry.targetId,
      ip: origin.ip,
      request_id: origin.requestId,
      detail: entry.detail ? JSON.stringify(entry.detail) : null,
    })
    .execute();
}
