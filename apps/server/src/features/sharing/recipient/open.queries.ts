import type { Answering } from "../../../platform/database/asked-together.ts";
import { statement } from "../../../platform/database/statement.ts";
import { childSeen, maySee, roleMay } from "../../access/index.ts";
import { type ContentRow, contentColumns } from "../../content/index.ts";
import { liveChildren } from "../../files/index.ts";
import type { UploadLimitColumns } from "../upload-limits.ts";

/** A file or folder that a link leads to. */
export interface SharedItem extends ContentRow {
  id: string;
  parent_id: string | null;
}

/** A live link: its row, its owner's name, and what it leads to. */
export interface LinkRow extends UploadLimitColumns {
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

const itemColumns = `f.id, f.parent_id, ${contentColumns}`;

/** The links that at `now` are good, as their owners are, who may still share their files, and nothing on the way to those is in the trash. */
export const findLiveLinks = statement<
  [linkIds: string[], now: Date],
  Omit<LinkRow, "item"> & SharedItem & { link_id: string } & Answering
>(
  `select w.nth::int, l.id as link_id, l.user_id, l.link_type, l.expires_at, l.password_hash, l.password_version, l.max_downloads, l.download_count,
     l.allow_upload, l.max_files, l.max_bytes, l.max_file_bytes, l.received_files, l.received_bytes, l.message, u.display_name, u.email, ${itemColumns}
   from unnest($1::uuid[]) with ordinality w (link_id, nth)
   join holdfast.sharing_links l on l.id = w.link_id
   join holdfast.users u on u.id = l.user_id
   join holdfast.files f on f.id = l.file_id
   where l.revoked_at is null and (l.expires_at is null or l.expires_at > $2)
     and u.deleted_at is null and (u.disabled_until is null or u.disabled_until <= $2)
     and holdfast.is_live(f.id)
     and exists (select from holdfast.access_to(l.user_id, array[l.file_id]) a where ${roleMay("share")})`,
  { notNull: ["nth"] },
);

/** What lies inside the link's folder, with nothing trashed on the way, and the link's maker may see. */
export const findInside = statement<[fileId: string, folderId: string, makerId: string], SharedItem>(
  `select ${itemColumns} from holdfast.files f where f.id = $1 and holdfast.is_live_inside(f.id, $2) and ${maySee("f.id", "$3")}`,
);

/** The folders from the link's own (`$2`, left out) down to `$1` that the link's maker may see. */
export const pathInside = statement<
  [folderId: string, linkFolderId: string, makerId: string],
  { id: string; name: string }
>(
  `with recursive up as (
     select f.id, f.name, f.parent_id, 0 as depth from holdfast.files f where f.id = $1 and f.id <> $2
     union all
     select f.id, f.name, f.parent_id, up.depth + 1 from holdfast.files f join up on f.id = up.parent_id and f.id <> $2
   ) select id, name from up where ${maySee("up.id", "$3")} order by depth desc`,
);

/** Past this many files and folders the counting of `sizeInside` stops. */
export const countedAtMost = 20_000;

/** How many files lie in a folder and below that the link's maker may see, and their bytes. A recursive query is run only as far as its LIMIT asks for rows. */
export const sizeInside = statement<
  [folderId: string, makerId: string],
  { files: number; bytes: number; seen: number }
>(
  `with recursive tree as (
     select f.id, f.kind, f.file_size from holdfast.files f where f.parent_id = $1 and f.trashed_at is null and f.purged_at is null
       and ${childSeen("f", "$2")}
     union all
     select c.id, c.kind, c.file_size from tree ${liveChildren} where tree.kind = 'folder' and ${childSeen("c", "$2")}
   ), counted as (select * from tree limit ${countedAtMost + 1})
   select (count(*) filter (where kind = 'file'))::int as files, coalesce(sum(file_size) filter (where kind = 'file'), 0)::bigint as bytes,
     count(*)::int as seen from counted`,
);
