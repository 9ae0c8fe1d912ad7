import type { NotificationKind } from "@holdfast/contract";
import type { Queryable } from "../database/database.ts";
import { insertNotifications } from "./notify.queries.ts";

export type { NotificationKind } from "@holdfast/contract";

export interface Notification {
  readonly kind: NotificationKind;
  /** Who is told; the one whose doing it is never is. */
  readonly userIds: readonly string[];
  readonly actorId: string | null;
  readonly fileId?: string | null;
  /** Names as they were: what the sentence says, also when the file is gone. */
  readonly detail?: Record<string, unknown>;
}

/** Writes it down in the caller's transaction, so that nobody is told of what did not happen. Returns who is told. */
export async function notify(tx: Queryable, told: Notification): Promise<string[]> {
  const { userIds, kind, actorId, fileId = null, detail = {} } = told;
  if (userIds.length === 0) return [];
  const rows = await insertNotifications.all(tx, userIds, kind, actorId, fileId, detail);
  return rows.map((row) => row.user_id);
}
