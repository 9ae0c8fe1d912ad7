import { statement } from "../../platform/database/statement.ts";
import { maySee } from "../access/index.ts";

export interface TreeRow {
  top: string;
  path: string;
  kind: "file" | "folder";
  size: number;
  content_id: string | null;
  crc32: number | null;
  last_modified: Date;
}

/** Everything live that the principal may see below the given files and folders, those themselves included, in a fixed order. */
export const listTree = statement<[ids: readonly string[], atMost: number, principalId: string], TreeRow>(
  `with recursive tree as (
     select f.id, f.id as top, f.name as path, f.kind, f.file_size, f.content_id, f.last_modified
     from holdfast.files f where f.id = any($1::uuid[]) and f.purged_at is null
     union all
     select c.id, tree.top, tree.path || '/' || c.name, c.kind, c.file_size, c.content_id, c.last_modified
     from holdfast.files c join tree on c.parent_id = tree.id where c.trashed_at is null and c.purged_at is null and ${maySee("c.id", "$3")}
   )
   select tree.top, tree.path, tree.kind, tree.file_size as size, tree.content_id, c.crc32, tree.last_modified
   from tree left join holdfast.contents c on c.id = tree.content_id
   order by tree.path collate "C", tree.top limit $2`,
);

export const findCrc32 = statement<[contentId: string], { crc32: number | null }>(
  "select crc32 from holdfast.contents where id = $1",
);
