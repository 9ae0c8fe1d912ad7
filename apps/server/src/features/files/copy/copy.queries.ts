import { statement } from "../../../platform/database/statement.ts";
import { childSeen, grantCounts } from "../../access/index.ts";
import { liveChildren } from "../children.queries.ts";

type Copied = [
  fileId: string,
  copyId: string,
  parentId: string,
  name: string,
  principalId: string,
  mostEntries: number,
  mostLevels: number,
];

/** What was found: one more than the most where there are more. `bytes` is null where it was too much, and nothing was copied. */
interface Found {
  entries: number;
  levels: number;
  folders: number;
  bytes: number | null;
  /** Of the folder that it went into. */
  space_id: string;
}

/**
 * SQL: grants of folders that stop inheritance go along with their copies in one space, or the copy would be nobody's but the managers', or
 * everybody's. In another space the copies follow that space's rules. `made`: rows with `id`, `copy_id` and `inherits`.
 */
export const grantsOfCopies = (
  made: string,
  from: string,
  into: string,
) => `insert into holdfast.grants (id, file_id, space_id, user_id, group_id, role, created_by, expires_at)
     select holdfast.uuid7(), m.copy_id, g.space_id, g.user_id, g.group_id, g.role, g.created_by, g.expires_at
     from ${made} m join holdfast.grants g on g.file_id = m.id
     where not m.inherits and ${from} = ${into} and ${grantCounts()}`;

/** Copies a file, or a folder with all that is live inside and the principal may see; contents are shared. */
export const copyTree = statement<Copied, Found>(
  `with recursive tree as (
     select f.id, $2::uuid as copy_id, $3::uuid as copy_parent, $4::text as copy_name, f.kind, f.file_type, f.file_size, f.content_id,
       f.last_modified, f.inherits, f.space_id, 1 as level
     from holdfast.files f where f.id = $1
     union all
     select c.id, holdfast.uuid7(), tree.copy_id, c.name, c.kind, c.file_type, c.file_size, c.content_id, c.last_modified, c.inherits, c.space_id, tree.level + 1
     from tree ${liveChildren} where tree.kind = 'folder' and tree.level <= $7 and ${childSeen("c", "$5")}
   ), found as materialized (
     select * from tree limit $6::int + 1
   ), judged as materialized (
     select count(*)::int as entries, coalesce(max(level) filter (where kind = 'folder'), 0)::int as levels,
       (count(*) filter (where kind = 'folder'))::int as folders from found
   ), copied as (
     insert into holdfast.files (id, space_id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified, inherits)
     select copy_id, d.space_id, nullif($5, d.space_id), copy_parent, copy_name, found.kind, found.file_type, found.file_size, found.content_id,
       case when found.kind = 'file' then holdfast.uuid7() end, found.last_modified, found.inherits or found.space_id <> d.space_id
     from found cross join (select space_id from holdfast.files where id = $3) d
     where (select entries <= $6::int and levels <= $7::int from judged) returning file_size
   ), granted as (
     ${grantsOfCopies("found", "g.space_id", "(select space_id from holdfast.files where id = $3)")}
       and (select entries <= $6::int and levels <= $7::int from judged)
   ) select judged.entries, judged.levels, judged.folders, (select sum(file_size)::bigint from copied) as bytes,
     (select space_id from holdfast.files where id = $3) as space_id from judged`,
);
