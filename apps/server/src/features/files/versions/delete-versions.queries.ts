import { statement } from "../../../platform/database/statement.ts";

type Removed = [fileId: string, spaceId: string, ids: readonly string[] | null, atMost: number];

/** Up to `$4` of a file's earlier versions, the oldest first, or those of `$3` among them. Returns the contents that they had. */
export const removeVersions = statement<Removed, { deleted: number; bytes: number; contents: string[] | null }>(
  `with gone as (
     delete from holdfast.file_versions where id in (
       select id from holdfast.file_versions where file_id = $1 and ($3::uuid[] is null or id = any($3)) order by created_at, id limit $4
     ) returning file_size, content_id
   ), freed as (
     insert into holdfast.usage_entries (space_id, bytes) select $2, -sum(file_size) from gone having sum(file_size) > 0
   )
   select count(*)::int as deleted, coalesce(sum(file_size), 0)::bigint as bytes, array_agg(distinct content_id) as contents from gone`,
);
