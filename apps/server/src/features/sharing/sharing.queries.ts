import type pg from "pg";
import type { SendableContent } from "../content/index.ts";

/** A file or folder that a link leads to. */
export interface SharedItem {
  id: string;
  parent_id: string;
  name: string;
  kind: "file" | "folder";
  file_type: string | null;
  file_size: number;
  last_modified: Date;
  content_id: string | null;
  /** SHA-256 (hex) of the only segment of a small file. */
  only_segment: string | null;
}

/** A live link: its row, its owner's name, and what it leads to. */
export interface LinkRow {
  id: string;
  user_id: string;
  link_type: "temporary" | "permanent";
  expires_at: Date | null;
  password_hash: string | null;
  password_version: number;
  max_downloads: number | null;
  download_count: number;
  allow_upload: boolean;
  message: string | null;
  display_name: string | null;
  email: string;
  item: SharedItem;
}

const itemColumns = `f.id, f.parent_id, f.name, f.kind, f.file_type, f.file_size, f.last_modified, f.content_id,
  case when f.file_size <= 16777216 then
    (select case when count(*) = 1 then min(encode(s.sha256, 'hex')) end from holdfast.content_segments s where s.content_id = f.content_id)
  end as only_segment`;

/** The link, if at `now` it and its owner are good, and nothing on the way to its file is in the trash. */
export async function findLiveLink(pool: pg.Pool, linkId: string, now: Date): Promise<LinkRow | null> {
  const { rows } = await pool.query<Omit<LinkRow, "item"> & SharedItem & { link_id: string }>({
    name: "live-link",
    text: `select l.id as link_id, l.user_id, l.link_type, l.expires_at, l.password_hash, l.password_version, l.max_downloads, l.download_count,
        l.allow_upload, l.message, u.display_name, u.email, ${itemColumns}
      from holdfast.sharing_links l
      join holdfast.users u on u.id = l.user_id
      join holdfast.files f on f.id = l.file_id
      where l.id = $1 and l.revoked_at is null and (l.expires_at is null or l.expires_at > $2)
        and u.deleted_at is null and (u.disabled_until is null or u.disabled_until <= $2)
        and holdfast.is_live(f.id)`,
    values: [linkId, now],
  });
  const row = rows[0];
  return row ? { ...row, id: row.link_id, item: row } : null;
}

/** What lies inside the link's folder (or is what it leads to), with nothing trashed on the way; null otherwise. */
export async function findInside(pool: pg.Pool, link: LinkRow, fileId: string): Promise<SharedItem | null> {
  if (fileId === link.item.id) return link.item;
  if (link.item.kind !== "folder") return null;
  const { rows } = await pool.query<SharedItem>({
    name: "inside-link",
    text: `select ${itemColumns} from holdfast.files f where f.id = $1 and f.user_id = $2 and holdfast.is_live_inside(f.id, $3)`,
    values: [fileId, link.user_id, link.item.id],
  });
  return rows[0] ?? null;
}

/** The folders from the link's own (left out) down to `folderId`. */
export async function pathInside(
  pool: pg.Pool,
  link: LinkRow,
  folderId: string,
): Promise<{ id: string; name: string }[]> {
  if (folderId === link.item.id) return [];
  const { rows } = await pool.query<{ id: string; name: string }>(
    `with recursive up as (
       select f.id, f.name, f.parent_id, 0 as depth from holdfast.files f where f.id = $1
       union all
       select f.id, f.name, f.parent_id, up.depth + 1 from holdfast.files f join up on f.id = up.parent_id and f.id <> $2
     ) select id, name from up order by depth desc`,
    [folderId, link.item.id],
  );
  return rows;
}

/** Past this many files and folders the counting of `sizeInside` stops. */
const COUNTED = 20_000;

/** How many files lie in a folder and below, and their bytes. */
export async function sizeInside(
  pool: pg.Pool,
  folderId: string,
): Promise<{ files: number; bytes: number; complete: boolean }> {
  // A recursive query is run only as far as its LIMIT asks for rows.
  const { rows } = await pool.query<{ files: number; bytes: number; seen: number }>(
    `with recursive tree as (
       select f.id, f.kind, f.file_size from holdfast.files f where f.parent_id = $1 and f.trashed_at is null and f.purged_at is null
       union all
       select c.id, c.kind, c.file_size
       from holdfast.files c join tree on c.parent_id = tree.id where c.trashed_at is null and c.purged_at is null
     ), counted as (select * from tree limit ${COUNTED + 1})
     select (count(*) filter (where kind = 'file'))::int as files, coalesce(sum(file_size) filter (where kind = 'file'), 0)::bigint as bytes,
       count(*)::int as seen from counted`,
    [folderId],
  );
  const { files, bytes, seen } = rows[0] ?? { files: 0, bytes: 0, seen: 0 };
  return { files, bytes, complete: seen <= COUNTED };
}

export function toSendable(item: SharedItem): SendableContent {
  return {
    contentId: item.content_id as string,
    size: item.file_size,
    name: item.name,
    fileType: item.file_type,
    lastModified: item.last_modified,
    onlySegment: item.only_segment ? Buffer.from(item.only_segment, "hex") : null,
  };
}
