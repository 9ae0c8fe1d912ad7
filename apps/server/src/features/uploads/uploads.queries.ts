import { statement } from "../../platform/database/statement.ts";
import { refusedDays, uploadDays } from "./upload-policy.ts";

export interface UploadRow {
  id: string;
  user_id: string;
  space_id: string;
  parent_id: string | null;
  name: string;
  on_conflict: "fail" | "rename" | "replace";
  size: number | null;
  upload_offset: number;
  reserved_bytes: number;
  last_modified: Date | null;
  file_id: string | null;
  expires_at: Date;
  created_at: Date;
  refused_code: string | null;
  refused_detail: string | null;
  refused_at: Date | null;
}

const columns = `id, user_id, space_id, parent_id, name, on_conflict, size, upload_offset, reserved_bytes, last_modified, file_id, expires_at,
  created_at, refused_code, refused_detail, refused_at`;

export const findUpload = statement<[id: string], UploadRow>(`select ${columns} from holdfast.uploads where id = $1`);

/** Those that are no files yet: what waits for a decision first, then the newest. */
export const findUnfinished = statement<[userId: string], UploadRow>(
  `select ${columns} from holdfast.uploads where user_id = $1 and file_id is null and expires_at > now()
   order by refused_code is null, id desc limit 1000`,
);

/** Complete ones that nobody is at work on. */
export const findLeftOver = statement<[], { id: string }>(
  `select id from holdfast.uploads
   where file_id is null and size = upload_offset and size > 0 and refused_code is null
     and (locked_by is null or locked_until < now())
   order by id limit 1000`,
);

type NewUpload = [
  id: string,
  userId: string,
  parentId: string,
  name: string,
  onConflict: "fail" | "rename" | "replace",
  size: number | null,
  reservedBytes: number,
  lastModified: Date | null,
];
export const insertUpload = statement<NewUpload, UploadRow>(
  `insert into holdfast.uploads (id, user_id, space_id, parent_id, name, on_conflict, size, reserved_bytes, last_modified, expires_at)
   select $1, $2, d.space_id, d.id, $4, $5, $6, $7, $8, now() + interval '${uploadDays} days' from holdfast.files d where d.id = $3
   returning ${columns}`,
);

export const setSize = statement<[id: string, size: number]>(
  "update holdfast.uploads set size = $2, reserved_bytes = $2 where id = $1 and size is null and file_id is null",
);

export const findReservation = statement<[id: string], { reserved_bytes: number }>(
  "select reserved_bytes from holdfast.uploads where id = $1",
);

export const growReservation = statement<[id: string, reservedBytes: number]>(
  "update holdfast.uploads set reserved_bytes = $2 where id = $1 and size is null and file_id is null",
);

/** No row where the lease is another's, or every byte is there. */
type RecordedSegment = [id: string, lease: string, startAt: number, size: number, sha256: Buffer];
export const recordSegment = statement<RecordedSegment, { upload_id: string }>(
  `with moved as (
     update holdfast.uploads set upload_offset = $3::bigint + $4::int, expires_at = now() + interval '${uploadDays} days'
     where id = $1 and locked_by = $2 and file_id is null and (size is null or upload_offset < size) returning id
   )
   insert into holdfast.upload_segments (upload_id, start_at, size, sha256) select id, $3, $4, $5 from moved
   on conflict (upload_id, start_at) do update set size = excluded.size, sha256 = excluded.sha256 returning upload_id`,
);

/** Only with all its bytes. One of no bytes has no length until now. */
export const finish = statement<[id: string, fileId: string, size: number]>(
  `update holdfast.uploads set file_id = $2, size = $3, reserved_bytes = 0, locked_by = null, refused_code = null,
     expires_at = now() + interval '1 day'
   where id = $1 and file_id is null and upload_offset = $3 and coalesce(size, $3) = $3`,
);

export const dropSegments = statement<[id: string]>("delete from holdfast.upload_segments where upload_id = $1");

/**
 * Only a live file of the upload's folder, name, owner, size and bytes; `$6`: of its time of change as well. The role is not asked: what is
 * answered is the id of a file that this user brought there, and whoever asks for the file is judged.
 */
type SameFile = [
  id: string,
  parentId: string | null,
  name: string,
  userId: string,
  size: number,
  sameTime: boolean,
  lastModified: Date | null,
];
export const finishAsSameFile = statement<SameFile, { file_id: string }>(
  `with same as (
     select f.id from holdfast.files f
     where f.parent_id = $2 and f.name collate "C" = $3 and coalesce(f.user_id, f.space_id) = $4 and f.kind = 'file' and f.trashed_at is null
       and f.purged_at is null and f.file_size = $5 and (not $6 or f.last_modified = $7)
       and not exists (
         select start_at, size, sha256 from holdfast.content_segments where content_id = f.content_id
         except select start_at, size, sha256 from holdfast.upload_segments where upload_id = $1
       )
   ), ended as (
     update holdfast.uploads u set file_id = same.id, reserved_bytes = 0, refused_code = null, expires_at = now() + interval '1 day'
     from same where u.id = $1 and u.file_id is null and u.size = u.upload_offset returning u.id, u.file_id
   ), dropped as (
     delete from holdfast.upload_segments s using ended where s.upload_id = ended.id
   )
   select file_id from ended`,
  { notNull: ["file_id"] },
);

export const refuse = statement<[id: string, code: string, detail: string]>(
  `update holdfast.uploads set refused_code = $2, refused_detail = $3, refused_at = now(),
     expires_at = now() + interval '${refusedDays} days'
   where id = $1 and file_id is null and size = upload_offset and size > 0`,
);

export const discard = statement<[id: string, lease: string]>(
  "delete from holdfast.uploads where id = $1 and locked_by = $2 and file_id is null",
);

export const discardEmpty = statement<[id: string]>(
  "delete from holdfast.uploads where id = $1 and upload_offset = 0 and file_id is null",
);

/** What is complete is finished or refused first. What is not, and has no folder any more, cannot become a file. */
export const deleteExpired = statement(
  `delete from holdfast.uploads
   where (expires_at < now() and (file_id is not null or refused_code is not null or size is distinct from upload_offset))
     or (parent_id is null and file_id is null and size is distinct from upload_offset)`,
);

export const takeLease = statement<[id: string, lease: string, seconds: number]>(
  `update holdfast.uploads set locked_by = $2, locked_until = now() + make_interval(secs => $3)
   where id = $1 and (locked_by is null or locked_until < now())`,
);

export const renewLease = statement<[id: string, lease: string, seconds: number]>(
  "update holdfast.uploads set locked_until = now() + make_interval(secs => $3) where id = $1 and locked_by = $2",
);

export const releaseLease = statement<[id: string, lease: string]>(
  "update holdfast.uploads set locked_by = null where id = $1 and locked_by = $2",
);

interface SegmentRow {
  start_at: number;
  size: number;
  sha256: Buffer;
}

export const findLastSegment = statement<[id: string], SegmentRow>(
  "select start_at, size, sha256 from holdfast.upload_segments where upload_id = $1 order by start_at desc limit 1",
);

export const findFirstSegment = statement<[id: string], SegmentRow>(
  "select start_at, size, sha256 from holdfast.upload_segments where upload_id = $1 and start_at = 0",
);
