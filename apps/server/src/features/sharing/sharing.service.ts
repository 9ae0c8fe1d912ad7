import type { ListedShare, ShareFilter, shareAccessSchema } from "@holdfast/contract";
import type { z } from "zod";
import { audit } from "../../platform/audit/audit.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound } from "../../platform/http/problem.ts";
import { decodeCursor, encodeCursor, invalidCursor } from "../../platform/listing/cursor.ts";
import { accessFile } from "../access/index.ts";
import { lockLink, revokeLink } from "./link-states.ts";
import { listShareRows, toShare } from "./share-view.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import * as queries from "./sharing.queries.ts";

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A user's links, newest first: those on one file, in one state, or with words in their label or file name. Throws not_found, invalid_cursor. */
export async function listShares(
  deps: SharingDeps,
  userId: string,
  query: PageQuery & { fileId?: string | undefined; state?: ShareFilter | undefined; q?: string | undefined },
  baseUrl: string,
): Promise<Page<ListedShare>> {
  if (query.fileId) await accessFile(deps.db, userId, query.fileId, "see");
  const rows = await listShareRows(deps.db, {
    userId,
    now: deps.clock.now(),
    fileId: query.fileId,
    state: query.state,
    words: query.q?.split(/\s+/u).filter(Boolean),
    beforeId: positionOf(query.cursor),
    limit: query.limit + 1,
  });
  const page = cut(rows, query.limit);
  return {
    items: page.items.map((row) => ({ ...toShare(deps, row, baseUrl), filePath: row.file_path })),
    nextCursor: page.nextCursor,
  };
}

/** Revokes a link for good; once more does nothing. Throws not_found. */
export async function revokeShare(deps: SharingDeps, origin: Origin, userId: string, linkId: string): Promise<void> {
  const fileId = await deps.db.transaction(async (tx) => {
    const link = await lockLink(tx, userId, linkId);
    if (await revokeLink(tx, linkId, deps.clock.now()))
      await audit(tx, origin, { action: "share.revoke", targetId: linkId, detail: { fileId: link.file_id } });
    return link.file_id;
  });
  deps.events.publish(userId, { type: "shares.changed", id: fileId });
}

type ShareAccessView = z.infer<typeof shareAccessSchema>;
/** Who used a link, newest first. Throws not_found, invalid_cursor. */
export async function listAccesses(
  deps: SharingDeps,
  userId: string,
  linkId: string,
  query: PageQuery,
): Promise<Page<ShareAccessView>> {
  const before = positionOf(query.cursor);
  const [link] = await listShareRows(deps.db, { userId, now: deps.clock.now(), linkId, limit: 1 });
  if (!link) throw notFound();
  const rows = await queries.listAccesses.all(deps.db, linkId, before, query.limit + 1);
  const page = cut(rows, query.limit);
  return {
    items: page.items.map((row) => ({ ...row, occurredAt: row.occurredAt.toISOString() })),
    nextCursor: page.nextCursor,
  };
}

function positionOf(cursor: string | undefined): string | null {
  const keys = decodeCursor(cursor, ["string"]);
  if (keys && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(keys[0])) throw invalidCursor();
  return keys?.[0] ?? null;
}

function cut<T extends { id: string }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? encodeCursor([last.id]) : null };
}
