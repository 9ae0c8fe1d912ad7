import type { Share, ShareFilter } from "@holdfast/contract";
import { execute, type Queryable } from "../../platform/database/database.ts";
import { escapeLike } from "../files/index.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import { encodeToken } from "./token.ts";

/** A link as its owner sees it. */
export interface ShareRow {
  id: string;
  file_id: string;
  link_type: "temporary" | "permanent";
  expires_at: Date | null;
  has_password: boolean;
  max_downloads: number | null;
  download_count: number;
  access_count: number;
  allow_upload: boolean;
  created_at: Date;
  last_access_at: Date | null;
  file_name: string;
  file_kind: "file" | "folder";
  label: string | null;
  message: string | null;
  state: Share["state"];
}

const states: Record<ShareFilter, Share["state"]> = {
  active: "live",
  exhausted: "exhausted",
  expired: "expired",
  revoked: "revoked",
  unavailable: "unavailable",
};

/** A list's links, with where their files are. */
export type ListedRow = ShareRow & { file_path: string };

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
    beforeId?: string | null;
    limit: number;
  },
): Promise<ListedRow[]> {
  const patterns = where.words?.map((word) => `%${escapeLike(word)}%`) ?? [];
  return execute<ListedRow>(
    db,
    `select s.*, holdfast.file_path(s.file_id) as file_path from (
     select l.id, l.file_id, l.link_type, l.expires_at, l.password_hash is not null as has_password, l.max_downloads, l.download_count,
       l.access_count, l.allow_upload, l.created_at, l.last_access_at, l.label, l.message, f.name as file_name, f.kind as file_kind,
       case
         when l.revoked_at is not null then 'revoked'
         when l.expires_at <= $2 then 'expired'
         when not holdfast.is_live(l.file_id) then 'unavailable'
         when l.download_count >= l.max_downloads then 'exhausted'
         else 'live'
       end as state
     from holdfast.sharing_links l join holdfast.files f on f.id = l.file_id
     where l.user_id = $1 and ($3::uuid is null or l.id = $3) and ($4::uuid is null or l.file_id = $4) and ($5::uuid is null or l.id < $5)
       and (cardinality($7::text[]) = 0 or concat_ws(' ', l.label, f.name) ilike all ($7::text[]))
     ) s where $8::text is null or s.state = $8
     order by s.id desc limit $6`,
    [
      where.userId,
      where.now,
      where.linkId ?? null,
      where.fileId ?? null,
      where.beforeId ?? null,
      where.limit,
      patterns,
      where.state ? states[where.state] : null,
    ],
  );
}

/** @param origin where people reach this installation */
export function toShare(deps: Pick<SharingDeps, "keys">, row: ShareRow, origin: string): Share {
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
    state: row.state,
    token,
    url: `${origin}/s/${token}`,
    createdAt: row.created_at.toISOString(),
    lastAccessAt: row.last_access_at?.toISOString() ?? null,
    label: row.label,
    message: row.message,
  };
}
