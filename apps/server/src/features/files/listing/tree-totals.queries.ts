import { statementFamily } from "../../../platform/database/statement.ts";
import { childSeen } from "../../access/index.ts";
import { liveChildren } from "../children.queries.ts";

/** So many entries are counted, so that a question costs the same of however large a tree. */
export const countedAtMost = 100_000;

const tops = {
  folder: `f.parent_id = $1 and f.trashed_at is null and ${childSeen("f", "$2")}`,
  trash: "f.space_id = $1 and f.trashed_at is not null",
} as const;

/** What a folder that was judged, or the trash of one's own space, holds in all its depth, as far as the principal sees it. */
export const countTree = statementFamily<
  "folder" | "trash",
  [id: string, principalId: string],
  { files: number; folders: number; bytes: number }
>(["folder", "trash"], (of) => ({
  text: `with recursive tree as (
     select f.id, f.kind, f.file_size from holdfast.files f where ${tops[of]} and f.purged_at is null
     union all
     select c.id, c.kind, c.file_size from tree ${liveChildren} where tree.kind = 'folder' and ${childSeen("c", "$2")}
   ), counted as (select kind, file_size from tree limit ${countedAtMost + 1})
   select (count(*) filter (where kind = 'file'))::int as files, (count(*) filter (where kind = 'folder'))::int as folders,
     coalesce(sum(file_size), 0)::bigint as bytes from counted`,
}));
