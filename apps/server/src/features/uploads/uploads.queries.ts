/**
 * The fast lane: a new file under a name that is free, for a person without a quota, as one statement. It stores nothing (no row) where
 * the folder is not there or there is a quota, and fails on files_live_name where the name is taken; `commit-file.ts` then takes the
 * slow lane.
 */
export const commitNewFile = `
with folder as materialized (
  select f.id, f.user_id from holdfast.files f join holdfast.users u on u.id = f.user_id
  where f.id = $1 and f.user_id = $2 and f.kind = 'folder' and u.quota_bytes is null and holdfast.standing(f.id) = 'live'
), content as (
  insert into holdfast.contents (id, size, sha256, crc32) select $3, $4, $5, $6 from folder returning id
), segments as (
  insert into holdfast.content_segments (content_id, start_at, size, sha256)
  select content.id, s.* from content, unnest($7::bigint[], $8::int[], $9::bytea[]) s
), charge as (
  insert into holdfast.usage_entries (user_id, bytes) select user_id, $4 from folder where $4 > 0
), entry as (
  insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id) select $10, $11, 'file.upload', $12, $13, $14 from folder
)
insert into holdfast.files (id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified)
select $12, folder.user_id, folder.id, $15, 'file', $16, $4, content.id, $17, $18 from folder, content
returning uploaded_at`;
