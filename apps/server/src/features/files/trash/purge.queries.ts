import { statement, statementFamily } from "../../../platform/database/statement.ts";

export const findMarked = statement<[id: string], { id: string }>(
  "select id from holdfast.files where id = $1 and purged_at < 'infinity'",
);

export const listMarked = statement<[atMost: number], { id: string }>(
  "select id from holdfast.files where purged_at < 'infinity' order by purged_at limit $1",
);

export const listFolders = statement<[parentIds: readonly string[], atMost: number], { id: string }>(
  "select id from holdfast.files where parent_id = any($1::uuid[]) and kind = 'folder' limit $2",
);

const chosen = {
  "files in": "parent_id = any($1::uuid[]) and kind = 'file'",
  themselves: "id = any($1::uuid[]) and parent_id is not null",
} as const;

/** Deletes up to `$2` rows with their versions, and gives the bytes back to their space. Returns the contents that they had. */
export const removeFiles = statementFamily<
  keyof typeof chosen,
  [ids: readonly string[], atMost: number],
  { removed: number; contents: string[] | null }
>(["files in", "themselves"], (which) => ({
  text: `with gone as (
     select id, space_id, kind, file_size, content_id from holdfast.files where ${chosen[which]} limit $2 for update
   ), versions as (
     delete from holdfast.file_versions v using gone where v.file_id = gone.id returning gone.space_id, v.file_size, v.content_id
   ), removed as (
     delete from holdfast.files f using gone where f.id = gone.id
   ), freed as (
     insert into holdfast.usage_entries (space_id, bytes, entries, folders)
     select space_id, -sum(file_size), -sum(entries), -sum(folders) from (
       select space_id, file_size, 1 as entries, (kind = 'folder')::int as folders from gone
       union all select space_id, file_size, 0, 0 from versions
     ) all_of_it
     group by space_id
   )
   select (select count(*)::int from gone) as removed,
     (select array_agg(distinct content_id) from (select content_id from gone union all select content_id from versions) c
      where content_id is not null) as contents`,
}));
