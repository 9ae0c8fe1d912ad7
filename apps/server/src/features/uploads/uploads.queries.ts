/**
 * The fast lane: new files under names that are free, of people without a quota, with at most one segment each, as one statement. It stores
 * nothing (no row) of those whose folder is not there or who have a quota, and fails on files_live_name where a name is taken;
 * `commit-file.ts` then takes the slow lane.
 */
export const insertNewFiles = `
with wish as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bigint[], $7::uuid[], $8::uuid[], $9::uuid[],
    $10::inet[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::timestamptz[])
    as w (parent_id, user_id, content_id, size, sha256, crc32, entry_id, actor_id, id, ip, request_id, name, file_type, version_id, last_modified)
), folder as materialized (
  select f.id, f.user_id from holdfast.files f join holdfast.users u on u.id = f.user_id
  where (f.id, f.user_id) in (select parent_id, user_id from wish) and f.kind = 'folder' and u.quota_bytes is null
    and holdfast.standing(f.id) = 'live'
), taken as materialized (
  select w.* from wish w join folder f on f.id = w.parent_id and f.user_id = w.user_id
), content as (
  insert into holdfast.contents (id, size, sha256, crc32) select content_id, size, sha256, crc32 from taken
), segment as (
  insert into holdfast.content_segments (content_id, start_at, size, sha256)
  select content_id, 0, size, sha256 from taken where size > 0
), charge as (
  insert into holdfast.usage_entries (user_id, bytes) select user_id, sum(size) from taken where size > 0 group by user_id
), entry as (
  insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id)
  select entry_id, actor_id, 'file.upload', id, ip, request_id from taken
)
insert into holdfast.files (id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified)
select id, user_id, parent_id, name, 'file', file_type, size, content_id, version_id, last_modified from taken
returning id, uploaded_at`;
