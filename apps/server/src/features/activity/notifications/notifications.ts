import type { Notification } from "@holdfast/contract";
import { notFound } from "../../../platform/http/problem.ts";
import { beforeId, type Page, type PageQuery, pageById, rowsFor } from "../../../platform/listing/page.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { toNotification } from "./notification-view.ts";
import * as queries from "./notifications.queries.ts";

type Deps = Pick<ActivityDeps, "db" | "events">;

/** A user's own, newest first. @throws invalid_cursor */
export async function listNotifications(
  { db }: Deps,
  userId: string,
  query: PageQuery,
): Promise<Page<Notification> & { unread: number }> {
  const rows = await queries.listRows.all(db, userId, beforeId(query), rowsFor(query));
  return { ...pageById(rows, query, toNotification), unread: await unreadOf(db, userId) };
}

/** Marks a user's own; ids of others' change nothing. */
export async function updateNotifications(
  { db, events }: Deps,
  userId: string,
  change: { ids?: string[] | undefined; readUpTo?: string | undefined; read: boolean },
): Promise<{ unread: number }> {
  const changed = await queries.markRead.count(db, userId, change.ids ?? null, change.readUpTo ?? null, change.read);
  if (changed > 0) events.publish(userId, { type: "notifications.changed" });
  return { unread: await unreadOf(db, userId) };
}

/** @throws not_found */
export async function deleteNotification({ db, events }: Deps, userId: string, id: string): Promise<void> {
  if ((await queries.deleteRow.count(db, userId, id)) === 0) throw notFound();
  events.publish(userId, { type: "notifications.changed" });
}

async function unreadOf(db: Deps["db"], userId: string): Promise<number> {
  return (await queries.countUnread.first(db, userId))?.unread ?? 0;
}
