import type { FileActivity } from "@holdfast/contract";
import { encodeCursor } from "../../../platform/listing/cursor.ts";
import { beforeId, type Page, type PageQuery } from "../../../platform/listing/page.ts";
import { accessSeen } from "../../access/index.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { personOf } from "../notifications/notification-view.ts";
import { changeActions, isRead, kindOf, readActions } from "./actions.ts";
import { type EntryRow, listSeenInside, type SeenRow, walkFile, walkSpace } from "./feed.queries.ts";

/** Entries that are judged together, and how often before a page says where it stopped. */
const AT_ONCE = 500;
const TIMES = 4;

/**
 * What was done with a file, or with a folder and what is in it now. A folder's entries are those of its space, newest first, that are about
 * what the person may see below it: what was moved out, or lies where the person may not look, is not told. @throws not_found, forbidden, invalid_cursor
 */
export async function listActivity(
  { db }: Pick<ActivityDeps, "db">,
  userId: string,
  fileId: string,
  query: PageQuery,
): Promise<Page<FileActivity>> {
  const { kind, space_id: spaceId, role } = await accessSeen(db, userId, fileId);
  const reads = role === "manager" ? readActions : [];
  const [walk, of] = kind === "folder" ? ([walkSpace, spaceId] as const) : ([walkFile, fileId] as const);
  const items: FileActivity[] = [];
  const known = new Map<string, SeenRow | null>();
  let before = beforeId(query);
  for (let i = 0; i < TIMES; i++) {
    const rows = await walk.all(db, of, before, changeActions, reads, AT_ONCE);
    const unknown = new Set(rows.map((row) => row.file_id).filter((id) => !known.has(id)));
    const seen = unknown.size > 0 ? await listSeenInside.all(db, userId, [...unknown], fileId) : [];
    for (const id of unknown) known.set(id, null);
    for (const row of seen) known.set(row.id, row);
    for (const row of rows) {
      before = row.id;
      const file = known.get(row.file_id);
      if (!file || (isRead(row.action) && file.role !== "manager")) continue;
      items.push(toActivity(row, file));
      if (items.length === query.limit) return { items, nextCursor: encodeCursor([row.id]) };
    }
    if (rows.length < AT_ONCE) return { items, nextCursor: null };
  }
  return { items, nextCursor: encodeCursor([before as string]) };
}

function toActivity(row: EntryRow, { id, name, kind }: SeenRow): FileActivity {
  return {
    id: row.id,
    kind: kindOf(row.action),
    actor: personOf(row.actor_id, row.actor_name),
    byLink: row.via === "link",
    file: { id, name, kind },
    name: row.target_name,
    formerName: row.former_name,
    occurredAt: row.occurred_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    times: row.times,
  };
}
