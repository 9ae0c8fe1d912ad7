import { statement } from "../../../platform/database/statement.ts";
import { roleMay } from "../../access/index.ts";

/** One column of new files each. */
type NewFiles = [
  parentId: string[],
  userId: string[],
  contentId: string[],
  size: number[],
  sha256: Buffer[],
  crc32: (number | null)[],
  entryId: string[],
  actorId: (string | null)[],
  fileId: string[],
  ip: (string | null)[],
  requestId: (string | null)[],
  name: string[],
  fileType: string[],
  versionId: string[],
  lastModified: Date[],
  via: string[],
  noise: (boolean | null)[],
  /** Spaces with more entries are counted exactly, the slower way. */
  entriesAddedFreely: number,
];

/**
 * The fast lane: new files under names that are free, into spaces without a quota, with at most one segment each, as one statement. Each row is
 * judged by itself, so that a refused one takes no other with it. Answers for each whether it was stored; of those that were not, whether
 * their name is taken. The rest (the folder is not there, there is a quota, the limit of entries is near) has a slower way, in `commit-file.ts`.
 *
 * A name that is taken already leaves before anything is inserted: an insert would wait for whoever is replacing that very file. One that
 * is being taken at this moment is waited for, in the order of the names, so that no two statements wait for each other.
 */
export const insertNewFiles = statement<NewFiles, { id: string; space_id: string; uploaded_at: Date | null }>(
  `with wanted as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bigint[], $7::uuid[], $8::uuid[], $9::uuid[],
    $10::inet[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::timestamptz[], $16::text[], $17::boolean[])
    as w (parent_id, user_id, content_id, size, sha256, crc32, entry_id, actor_id, id, ip, request_id, name, file_type, version_id, last_modified, via,
      noise)
), folder as materialized (
  select f.id, w.user_id, f.space_id from (select distinct parent_id, user_id from wanted) w
  cross join lateral holdfast.access_to(w.user_id, array[w.parent_id]) a
  join holdfast.files f on f.id = a.file_id join holdfast.spaces s on s.id = f.space_id
  where ${roleMay("add")} and f.kind = 'folder' and s.quota_bytes is null and s.used_entries <= $18
    and holdfast.standing(f.id) = 'live'
), admitted as materialized (
  select w.*, f.space_id, (
    select true from holdfast.files x
    where x.parent_id = w.parent_id and x.name collate "C" = w.name and x.trashed_at is null and x.purged_at is null limit 1
  ) as clashes
  from wanted w join folder f on f.id = w.parent_id and f.user_id = w.user_id
), file as (
  insert into holdfast.files (id, space_id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified)
  select id, space_id, nullif(user_id, space_id), parent_id, name, 'file', file_type, size, content_id, version_id, last_modified from admitted
  where clashes is null order by parent_id, name collate "C"
  on conflict (parent_id, name collate "C") where trashed_at is null and purged_at is null do nothing
  returning id, uploaded_at
), stored as materialized (
  select a.*, f.uploaded_at from admitted a join file f on f.id = a.id
), content as (
  insert into holdfast.contents (id, size, sha256, crc32, noise) select content_id, size, sha256, crc32, noise from stored
), segment as (
  insert into holdfast.content_segments (content_id, start_at, size, sha256)
  select content_id, 0, size, sha256 from stored where size > 0
), charge as (
  insert into holdfast.usage_entries (space_id, bytes, entries) select space_id, sum(size), count(*) from stored group by space_id
), entry as (
  insert into holdfast.audit_log (id, actor_id, via, action, target_id, target_name, ip, bytes, request_id)
  select entry_id, actor_id, via, 'file.upload', id, name, ip, size, request_id from stored
)
select a.id, a.space_id, s.uploaded_at from admitted a left join stored s on s.id = a.id`,
);
