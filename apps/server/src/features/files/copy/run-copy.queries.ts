import { statement } from "../../../platform/database/statement.ts";
import { childSeen, maySee } from "../../access/index.ts";
import { liveChildren } from "../children.queries.ts";
import { grantsOfCopies } from "./copy.queries.ts";

/** The folder that becomes the copy, in the root of the target's space and deleted for good until it is complete; and the work of filling it. */
export const insertHidden = statement<
  [copyId: string, principalId: string, parentId: string, name: string, fileId: string]
>(
  `with hidden as (
     insert into holdfast.files (id, space_id, user_id, parent_id, name, kind, last_modified, inherits, purged_at)
     select $1, d.space_id, nullif($2, d.space_id), d.space_id, $4, 'folder', f.last_modified, f.inherits or f.space_id <> d.space_id, 'infinity'
     from holdfast.files d, holdfast.files f where d.id = $3 and f.id = $5 returning id, space_id, inherits
   ), granted as (
     ${grantsOfCopies("(select $5::uuid as id, id as copy_id, inherits, space_id from hidden)", "g.space_id", "m.space_id")}
   ), charged as (
     insert into holdfast.usage_entries (space_id, bytes, entries, folders) select space_id, 0, 1, 1 from hidden
   )
   insert into holdfast.copy_folders (copy_id, folder_id, source_id) select id, id, $5 from hidden`,
);

/** All that is live in a folder and the principal may see, the folder itself included. */
export const measure = statement<
  [fileId: string, principalId: string, mostLevels: number],
  { entries: number; folders: number; levels: number; bytes: number }
>(
  `with recursive tree as (
     select f.id, f.kind, f.file_size, 1 as level from holdfast.files f where f.id = $1
     union all
     select c.id, c.kind, c.file_size, tree.level + 1 from tree ${liveChildren} where tree.kind = 'folder' and tree.level <= $3 and ${childSeen("c", "$2")}
   )
   select count(*)::int as entries, (count(*) filter (where kind = 'folder'))::int as folders, coalesce(max(level) filter (where kind = 'folder'), 0)::int as levels,
     coalesce(sum(file_size), 0)::bigint as bytes from tree`,
);

/**
 * Makes up to so many entries of a copy: children, in the order of their names, of the folders that are not filled yet. Answers what was made,
 * and whether there was a folder to fill. `found` reads the folders a second time, not `waiting`: PostgreSQL before 17 does not know that a CTE
 * is in order, and would read the children of every folder before it cuts at the limit.
 */
export const copyBatch = statement<
  [copyId: string, principalId: string, atMost: number],
  { entries: number; folders: number; bytes: number; more: boolean }
>(
  `with waiting as materialized (
     select folder_id, source_id, after from holdfast.copy_folders where copy_id = $1 order by folder_id limit 200
   ), found as materialized (
     select p.folder_id as into_id, c.* from (
       select folder_id, source_id, after from holdfast.copy_folders where copy_id = $1 order by folder_id limit 200
     ) p cross join lateral (
       select c.id, c.name, c.kind, c.file_type, c.file_size, c.content_id, c.last_modified, c.inherits, c.space_id from holdfast.files c
       where c.parent_id = p.source_id and c.trashed_at is null and c.purged_at is null and c.name collate "C" > p.after
         and ${maySee("p.source_id", "$2")} and ${childSeen("c", "$2")}
       order by c.name collate "C" limit $3
     ) c order by p.folder_id, c.name collate "C" limit $3
   ), made as materialized (
     select found.*, holdfast.uuid7() as copy_id from found
   ), cut as materialized (
     select into_id, name from made where (select count(*) from made) = $3 order by into_id desc, name collate "C" desc limit 1
   ), copied as (
     insert into holdfast.files (id, space_id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified, inherits)
     select copy_id, d.space_id, nullif($2, d.space_id), into_id, made.name, made.kind, made.file_type, made.file_size, made.content_id,
       case when made.kind = 'file' then holdfast.uuid7() end, made.last_modified, made.inherits or made.space_id <> d.space_id
     from made cross join (select space_id from holdfast.files where id = $1) d
   ), granted as (
     ${grantsOfCopies("made", "g.space_id", "(select space_id from holdfast.files where id = $1)")}
   ), next as (
     insert into holdfast.copy_folders (copy_id, folder_id, source_id) select $1, copy_id, id from made where kind = 'folder'
   ), filled as (
     delete from holdfast.copy_folders f using waiting where f.copy_id = $1 and f.folder_id = waiting.folder_id
       and not exists (select from cut where f.folder_id >= cut.into_id)
   ), moved as (
     update holdfast.copy_folders f set after = cut.name from cut where f.copy_id = $1 and f.folder_id = cut.into_id
   )
   select (select count(*)::int from made) as entries, (select count(*)::int from made where kind = 'folder') as folders,
     coalesce((select sum(file_size) from made), 0)::bigint as bytes,
     exists (select from waiting) as more`,
);

/** The copy under its name, for everybody to see. */
export const reveal = statement<[copyId: string, parentId: string, name: string]>(
  "update holdfast.files set parent_id = $2, name = $3, purged_at = null, revision = revision + 1 where id = $1 and purged_at = 'infinity'",
);

export const hiddenSpace = statement<[copyId: string], { space_id: string }>(
  "select space_id from holdfast.files where id = $1",
);

/** What was made so far is deleted for good. */
export const discard = statement<[copyId: string]>(
  "update holdfast.files set purged_at = now() where id = $1 and purged_at = 'infinity'",
);

/** The same of copies that nobody makes any more, such as after an instance was restored. */
export const discardOrphans = statement(
  `update holdfast.files f set purged_at = now() where f.purged_at = 'infinity'
     and not exists (select from holdfast.copies c where c.id = f.id and c.status = 'running')`,
);
