import type { ListedShare, ShareFilter, shareAccessSchema } from "@holdfast/contract";
import type { z } from "zod";
import { audit } from "../../platform/audit/audit.ts";
import type { Queryable } from "../../platform/database/database.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { beforeId, type Page, type PageQuery, pageById, rowsFor } from "../../platform/listing/page.ts";
import { accessFile, accessFolder } from "../access/index.ts";
import { lockLink, revokeLink } from "./link-states.ts";
import { listShareRows, toShare } from "./share-view.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import * as queries from "./sharing.queries.ts";

/** A user's links, newest first: those on one file, in one state, or with words in their label or file name. Throws not_found, invalid_cursor. */
export async function listShares(
  deps: SharingDeps,
  userId: string,
  query: PageQuery & {
    fileId?: string | undefined;
    spaceId?: string | undefined;
    state?: ShareFilter | undefined;
    q?: string | undefined;
  },
  baseUrl: string,
): Promise<Page<ListedShare>> {
  const spaceId = query.spaceId === userId ? undefined : query.spaceId;
  if (spaceId !== undefined) await requireManagedSpace(deps.db, userId, spaceId);
  if (query.fileId) await accessFile(deps.db, userId, query.fileId, "see");
  const rows = await listShareRows(deps.db, {
    userId,
    now: deps.clock.now(),
    fileId: query.fileId,
    spaceId,
    state: query.state,
    words: query.q?.split(/\s+/u).filter(Boolean),
    beforeId: beforeId(query),
    limit: rowsFor(query),
  });
  return pageById(rows, query, (row) => ({
    ...toShare(deps, row, baseUrl),
    filePath: row.file_path,
    madeBy: { id: row.maker_id, name: row.maker },
  }));
}

/** Of a team whose links somebody asks for. @throws ProblemError not_found, forbidden */
async function requireManagedSpace(db: Queryable, userId: string, spaceId: string): Promise<void> {
  const root = await accessFolder(db, userId, spaceId, "see");
  if (root.id !== root.spaceId) throw notFound();
  if (root.role !== "manager") throw new ProblemError("forbidden", "Only managers of the team see all of its links.");
}

/** Revokes a link for good; once more does nothing: one's own, or one in a space that one manages. Throws not_found. */
export async function revokeShare(deps: SharingDeps, origin: Origin, userId: string, linkId: string): Promise<void> {
  const fileId = await deps.db.transaction(async (tx) => {
    const link = await lockLink(tx, userId, linkId, "in managed spaces too");
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
  const before = beforeId(query);
  const [link] = await listShareRows(deps.db, { userId, now: deps.clock.now(), linkId, limit: 1 });
  if (!link) throw notFound();
  const rows = await queries.listAccesses.all(deps.db, linkId, before, rowsFor(query));
  return pageById(rows, query, (row) => ({
    ...row,
    occurredAt: row.occurredAt.toISOString(),
    firstAt: row.firstAt.toISOString(),
  }));
}
