import { statement } from "../../platform/database/statement.ts";
import { childSeen } from "../access/index.ts";
import { liveChildren } from "./children.queries.ts";

/** More than this is asked for in parts: the list of an archive is held while it is sent. */
export const maxArchiveEntries = 200_000;

export type Tops = readonly [ids: readonly string[], names: readonly string[], principalId: string];

/** Some programs take a backslash for a slash, and would write outside the folder that a person chose. The same as `safeName`. */
const safeName = (name: string) => String.raw`regexp_replace(${name}, '[\\\u0001-\u001f\u007f-\u009f]', '_', 'g')`;

/** Everything live that the principal may see below the given files and folders, those themselves included under the given names. */
const tree = `with recursive tree as (
     select t.top, f.id, null::uuid as parent_id, t.name, 0 as level, octet_length(t.name) + (f.kind = 'folder')::int as path_bytes,
       f.kind, case f.kind when 'file' then f.file_size else 0 end as size, f.content_id, f.last_modified
     from unnest($1::uuid[], $2::text[]) with ordinality t (id, name, top) join holdfast.files f on f.id = t.id where f.purged_at is null
     union all
     select tree.top, c.id, tree.id, n.name, tree.level + 1, tree.path_bytes + octet_length(n.name) + (c.kind = 'folder')::int,
       c.kind, case c.kind when 'file' then c.file_size else 0 end, c.content_id, c.last_modified
     from tree ${liveChildren}, lateral (select ${safeName("c.name")} as name) n
     where tree.kind = 'folder' and ${childSeen("c", "$3")}
   )`;

/** In all entries together, with each of them. */
export interface ArchiveTotals {
  /** At most one more than an archive may have. */
  entries: number;
  /** Of all files, and of all paths. */
  bytes: number;
  path_bytes: number;
  longest_path: number;
  newest: Date;
  /** Changes with anything that an archive shows of an entry. */
  digest: string;
}

export interface TreeRow extends ArchiveTotals {
  top: number;
  id: string;
  parent_id: string | null;
  name: string;
  kind: "file" | "folder";
  size: number;
  content_id: string | null;
  crc32: number | null;
  last_modified: Date;
}

/** Of all entries in whatever order; two words of 64 bits. */
const digest = [1, 2]
  .map(
    (seed) =>
      `bit_xor(hash_record_extended(row(top, id, parent_id, name, content_id, size, last_modified), ${seed})) over ()`,
  )
  .join(", ");

/** The first entries in the order of an archive, folders before what lies in them, with the totals of all. */
export const listTree = statement<[...Tops, atMost: number], TreeRow>(
  `${tree}, listed as (select * from tree limit ${maxArchiveEntries + 1})
   select l.top::int, l.id, l.parent_id, l.name, l.kind, l.size, l.content_id, c.crc32, l.last_modified,
     l.entries, l.bytes, l.path_bytes_in_all as path_bytes, l.longest_path, l.newest, l.digest
   from (
     select *, (count(*) over ())::int as entries, (sum(size) over ())::bigint as bytes, (sum(path_bytes) over ())::bigint as path_bytes_in_all,
       max(path_bytes) over () as longest_path, max(last_modified) over () as newest, concat_ws(':', count(*) over (), ${digest}) as digest
     from listed
   ) l left join holdfast.contents c on c.id = l.content_id
   order by l.level, l.top, l.parent_id, l.name collate "C", l.id limit $4`,
  {
    notNull: [
      ...["top", "id", "name", "kind", "size", "last_modified"],
      ...["entries", "bytes", "path_bytes", "longest_path", "newest", "digest"],
    ],
  },
);

export const findCrc32 = statement<[contentId: string], { crc32: number | null }>(
  "select crc32 from holdfast.contents where id = $1",
);
