import { statement } from "../../../platform/database/statement.ts";

export const markWhole = statement<[sha256: Buffer]>(
  "update holdfast.segments set verified_at = now(), state = 'stored' where sha256 = $1",
);

export const markBad = statement<[sha256: Buffer]>("update holdfast.segments set state = 'bad' where sha256 = $1");

export const listSegmentsOfFile = statement<[fileId: string | null], { sha256: Buffer }>(
  `select cs.sha256 from holdfast.files f join holdfast.content_segments cs on cs.content_id = f.content_id
   where f.id = $1 order by cs.start_at`,
);

/** Bad ones and those that were not read for `$1` days, as far as something refers to them: at least `$2`, or a share of all. */
export const findDue = statement<[days: number, fewest: number, share: number], { sha256: Buffer; size: number }>(
  `select s.sha256, s.size from holdfast.segments s
   where (s.state = 'bad' or s.verified_at is null or s.verified_at < now() - $1::float8 * interval '1 day')
     and s.touched_at < now() - interval '1 minute'
     and exists (select from holdfast.content_segments c where c.sha256 = s.sha256)
   order by s.state = 'bad' desc, s.verified_at nulls first
   limit greatest($2::bigint, (select count(*) / $3::bigint from holdfast.segments))`,
);

/** Targets that may have a segment, those that are known to first. */
export const findPlaces = statement<[sha256: Buffer], { target_id: string; chunks: Buffer | null }>(
  `select t.id as target_id, c.chunks from holdfast.backup_targets t
   left join holdfast.segment_chunks c on c.target_id = t.id and c.sha256 = $1
   order by c.chunks is null, t.kind = 'local' desc, t.id`,
);

export interface FileOfSegment {
  id: string;
  email: string;
  path: string;
}

/** The first files that have a segment, in a former version too, and how many there are. */
export const findFilesOf = statement<[sha256: Buffer, atMost: number], FileOfSegment & { count: number }>(
  `with found as (
     select f.id, f.space_id from holdfast.content_segments c join holdfast.files f on f.content_id = c.content_id where c.sha256 = $1
     union
     select f.id, f.space_id from holdfast.content_segments c join holdfast.file_versions v on v.content_id = c.content_id
     join holdfast.files f on f.id = v.file_id where c.sha256 = $1
   )
   select found.id, coalesce(s.name, u.email) as email, holdfast.file_path(found.id) as path, (count(*) over ())::int as count
   from found join holdfast.spaces s on s.id = found.space_id left join holdfast.users u on u.id = s.id
   order by found.id limit $2`,
);
