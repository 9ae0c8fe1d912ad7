import type { Queryable } from "../../platform/database/database.ts";
import { statement } from "../../platform/database/statement.ts";
import { childSeen, maySee } from "../access/index.ts";
import type { FileViewRow } from "./file-view.ts";

/** Live links on a `holdfast.files f`. */
export const linkCount = `(select count(*)::int from holdfast.sharing_links l where l.file_id = f.id and l.revoked_at is null
     and (l.expires_at is null or l.expires_at > now()))`;

/** The columns of FileViewRow, for a `holdfast.files f`. Only scalar sub-queries: the order of rows stays as it was. */
export const viewColumns = `f.id, f.space_id, coalesce(f.user_id, f.space_id) as user_id, f.parent_id, f.name, f.kind, f.file_type, f.file_size, f.revision, f.uploaded_at,
  f.last_modified, f.trashed_at,
  (select c.sha256 from holdfast.contents c where c.id = f.content_id) as sha256, ${linkCount} as link_count`;

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

export const selectView = statement<[id: string], FileViewRow>(
  `select ${viewColumns} from holdfast.files f where f.id = $1`,
);

export async function findView(db: Queryable, id: string): Promise<FileViewRow | null> {
  return (await selectView.first(db, id)) ?? null;
}

/** The folders above that the principal may see, outermost first, without the root. */
export const listAncestors = statement<[id: string, principalId: string], { id: string; name: string }>(
  `select up.id, up.name from holdfast.ancestors($1) up where ${maySee("up.id", "$2")} order by up.depth desc`,
);

/** Names in a folder that match a `like` pattern. */
export const listNamesLike = statement<[parentId: string, pattern: string], { name: string }>(
  `select name from holdfast.files
   where parent_id = $1 and trashed_at is null and purged_at is null and name collate "C" like $2`,
);

export const insertFolder = statement<
  [id: string, broughtBy: string, parentId: string, name: string],
  { space_id: string }
>(
  `insert into holdfast.files (id, space_id, user_id, parent_id, name, kind)
   select $1, d.space_id, nullif($2, d.space_id), d.id, $4, 'folder' from holdfast.files d where d.id = $3 returning space_id`,
);

/** In a folder that the principal sees. */
export const findFolderNamed = statement<[parentId: string, name: string, principalId: string], { id: string }>(
  `select f.id from holdfast.files f
   where f.parent_id = $1 and f.name = $2 and f.kind = 'folder' and f.trashed_at is null and f.purged_at is null and ${childSeen("f", "$3")}`,
);

/** Renames or moves what is live and has one of the revisions. */
export const moveFile = statement<[id: string, name: string, parentId: string, revision: number | null]>(
  `update holdfast.files set name = $2, parent_id = $3, revision = revision + 1
   where id = $1 and trashed_at is null and purged_at is null and ($4::bigint is null or revision = $4)`,
);
