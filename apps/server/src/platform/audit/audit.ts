import type { Queryable } from "../database/database.ts";
import type { Origin } from "../http/principal.ts";
import { newId } from "../ids.ts";
import { insertEntry } from "./audit.queries.ts";

export interface AuditEntry {
  /** `noun.verb`: file.upload, share.revoke, user.disable. */
  action: string;
  targetId: string | null;
  /** What else should be known later. Never a secret, never a token. */
  detail?: Record<string, unknown>;
}

/** Writes an audit entry in the caller's transaction: it stands exactly when what it is about stands. */
export async function audit(db: Queryable, origin: Origin, entry: AuditEntry): Promise<void> {
  const { action, targetId, detail } = entry;
  const { actorId, ip, requestId } = origin;
  await insertEntry.count(
    db,
    newId(),
    actorId,
    action,
    targetId,
    ip,
    requestId,
    detail ? JSON.stringify(detail) : null,
  );
}
