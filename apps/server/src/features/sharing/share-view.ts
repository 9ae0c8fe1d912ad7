import type { Share, ShareFilter } from "@holdfast/contract";
import type { Queryable } from "../../platform/database/database.ts";
import { escapeLike } from "../files/index.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import { listLinks, type ShareRow } from "./sharing.queries.ts";
import { encodeToken } from "./token.ts";
import { uploadLimits } from "./upload-limits.ts";

const states: Record<ShareFilter, Share["state"]> = {
  active: "live",
  exhausted: "exhausted",
  expired: "expired",
  revoked: "revoked",
  unavailable: "unavailable",
};

/** Owners' links, newest first: one of them, or those on a file, from a position on. */
export function listShareRows(
  db: Queryable,
  where: {
    userId: string;
    now: Date;
    linkId?: string;
    fileId?: string | undefined;
    state?: ShareFilter | undefined;
    /** All of them are in the label or the name of the file. */
    words?: readonly string[] | undefined;
    spaceId?: string | undefined;
    beforeId?: string | null;
    limit: number;
  },
): Promise<(ShareRow & { file_path: string; maker_id: string; maker: string })[]> {
  const patterns = where.words?.map((word) => `%${escapeLike(word)}%`) ?? [];
  const { userId, now, linkId, fileId, beforeId, limit, state, spaceId } = where;
  const filter = [
    linkId ?? null,
    fileId ?? null,
    beforeId ?? null,
    limit,
    patterns,
    state ? states[state] : null,
    spaceId ?? null,
  ] as const;
  return listLinks.all(db, userId, now, ...filter);
}

/** @param origin where people reach this installation */
export function toShare(deps: Pick<SharingDeps, "keys" | "uploadDefaults">, row: ShareRow, origin: string): Share {
  const token = encodeToken(deps.keys, row.id);
  return {
    id: row.id,
    fileId: row.file_id,
    fileName: row.file_name,
    fileKind: row.file_kind,
    linkType: row.link_type,
    expiresAt: row.expires_at?.toISOString() ?? null,
    hasPassword: row.has_password,
    maxDownloads: row.max_downloads,
    downloadCount: row.download_count,
    accessCount: row.access_count,
    allowUpload: row.allow_upload,
    ...uploadLimits(row, deps.uploadDefaults),
    receivedFiles: row.received_files,
    receivedBytes: row.received_bytes,
    state: row.state,
    token,
    url: `${origin}/s/${token}`,
    createdAt: row.created_at.toISOString(),
    lastAccessAt: row.last_access_at?.toISOString() ?? null,
    label: row.label,
    message: row.message,
  };
}
