import type { Queryable } from "../database/database.ts";
import type { Origin, Via } from "../http/principal.ts";
import { newId } from "../ids.ts";
import { bounded } from "./access-log.ts";
import { insertEntry } from "./audit.queries.ts";

export interface AuditEntry {
  /** `noun.verb`: file.upload, share.revoke, user.disable. */
  action: string;
  targetId: string | null;
  /** What the target is called now. By default the `name` of the detail, or its `email`, or what its id stands for. */
  targetName?: string | null;
  bytes?: number;
  /** What else should be known later. Never a secret, never a token. */
  detail?: Record<string, unknown>;
}

/** Writes an audit entry in the caller's transaction: it stands exactly when what it is about stands. */
export async function audit(db: Queryable, origin: Origin, entry: AuditEntry): Promise<void> {
  const { action, targetId, detail } = entry;
  const { actorId, ip, requestId } = origin;
  const named = entry.targetName ?? detail?.name ?? detail?.email;
  await insertEntry.count(
    db,
    newId(),
    actorId,
    action,
    targetId,
    ip,
    requestId,
    detail ? JSON.stringify(detail) : null,
    viaOfOrigin(origin),
    typeof named === "string" ? bounded(named, 255) : null,
    entry.bytes ?? null,
  );
}

export function viaOfOrigin({ via, actorId }: Pick<Origin, "via" | "actorId">): Via {
  return via ?? (actorId === null ? "system" : "session");
}
