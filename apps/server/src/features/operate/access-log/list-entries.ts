import type { AccessEntry, AccessFilters, OwnAccessEntry } from "@holdfast/contract";
import type { Database } from "../../../platform/database/database.ts";
import { encodeCursor } from "../../../platform/listing/cursor.ts";
import { type Page, type PageQuery, pageById } from "../../../platform/listing/page.ts";
import { questionOf } from "./asked.ts";
import {
  countNamed,
  type EntryRow,
  findByNetwork,
  findByWords,
  lastLooked,
  listEntries,
  listOwn,
  mostNamed,
} from "./entries.queries.ts";

/**
 * A page of the log, newest first. An index gives rows in order, and so many at most are looked at. What few rows have, such as a rare word, is
 * then found by an index of its own; otherwise a page that is not full says where it stopped, and the next one continues there.
 * @throws ProblemError invalid_cursor
 */
export async function listAccessLog(db: Database, query: AccessFilters & PageQuery): Promise<Page<AccessEntry>> {
  const { walk, asked, rare } = await questionOf(db, query);
  const rows = await listEntries.of(walk).all(db, ...asked);
  if (rows.length > query.limit) return pageById(rows, query, toEntry);
  const stopped = await lastLooked.of(walk).first(db, ...asked);
  if (stopped === undefined) return pageById(rows, query, toEntry);
  const words = asked[9];
  const scattered = rare === "words" && ((await countNamed.first(db, words ?? ""))?.number ?? 0) > mostNamed;
  if (rare === null || scattered) return { items: rows.map(toEntry), nextCursor: encodeCursor([stopped.id]) };
  const found = await (rare === "words" ? findByWords : findByNetwork).all(db, ...asked);
  return pageById(found, query, toEntry);
}

/** What a user did, and what was done to their account. @throws ProblemError invalid_cursor */
export async function listMyActivity(
  db: Database,
  userId: string,
  query: Pick<AccessFilters, "action" | "from" | "to" | "outcome"> & PageQuery,
): Promise<Page<OwnAccessEntry>> {
  const { asked } = await questionOf(db, { ...query, actorId: userId, targetId: userId });
  const rows = await listOwn.all(db, ...asked);
  return pageById(rows, query, (row) => {
    const { actorId, actorName: _name, actorEmail: _email, ...entry } = toEntry(row);
    const byMe = actorId === userId;
    // Where an administrator is, is theirs to know.
    return byMe || actorId === null
      ? { ...entry, byMe }
      : { ...entry, byMe, ip: null, userAgent: null, requestId: null };
  });
}

export function toEntry(row: EntryRow): AccessEntry {
  return {
    id: row.id,
    occurredAt: row.occurred_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    times: row.times,
    log: row.log as AccessEntry["log"],
    actorId: row.actor_id,
    actorName: row.actor_name,
    actorEmail: row.actor_email,
    via: row.via,
    action: row.action,
    outcome: row.outcome as AccessEntry["outcome"],
    targetId: row.target_id,
    targetName: row.target_name,
    ip: row.ip,
    userAgent: row.user_agent,
    bytes: row.bytes,
    requestId: row.request_id,
    detail: row.detail,
  };
}
