import type { Selectable } from "kysely";
import { execute, type Queryable } from "../../../platform/database/database.ts";
import type { UploadsTable } from "../../../platform/database/tables.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { StoredSegment } from "../../content/index.ts";

export type UploadRow = Selectable<UploadsTable>;

/** How long an upload that nobody touches is kept. */
export const uploadDays = 7;
/** And one that is complete and waits for its owner's decision. */
export const refusedDays = 30;

/** All bytes are durable, and there is no file yet. A length of 0 is stored only together with the file. */
export function isComplete(upload: UploadRow): boolean {
  return upload.file_id === null && upload.size !== null && upload.size > 0 && upload.upload_offset >= upload.size;
}

/**
 * The offset as clients are told it. A client that reads its upload's length takes it for done and forgets it, so the last byte is
 * acknowledged only with the file: before, the offset stays one short, and whoever sends that byte again has the upload finished.
 */
export function announcedOffset(upload: UploadRow): number {
  if (upload.file_id !== null) return upload.size ?? 0;
  return isComplete(upload) ? (upload.size as number) - 1 : upload.upload_offset;
}

/** A person's own upload. Throws not_found for others', gone for one that ran out. */
export async function accessUpload(db: Queryable, userId: string, uploadId: string): Promise<UploadRow> {
  const row = await findUpload(db, uploadId);
  if (row?.user_id !== userId) throw notFound();
  if (row.expires_at.getTime() < Date.now())
    throw new ProblemError("gone", "This upload has expired. Begin a new one.");
  return row;
}

export async function findUpload(db: Queryable, uploadId: string): Promise<UploadRow | undefined> {
  return db.kysely.selectFrom("holdfast.uploads").selectAll().where("id", "=", uploadId).executeTakeFirst();
}

/** Records a durable segment and moves the offset, if the lock is still ours. Throws upload_busy otherwise. */
export async function recordSegment(
  db: Queryable,
  uploadId: string,
  lockToken: string,
  segment: StoredSegment,
): Promise<void> {
  const rows = await execute(
    db,
    `with moved as (
       update holdfast.uploads set upload_offset = $3::bigint + $4::int, expires_at = now() + interval '${uploadDays} days'
       where id = $1 and locked_by = $2 and file_id is null returning id
     )
     insert into holdfast.upload_segments (upload_id, start_at, size, sha256) select id, $3, $4, $5 from moved
     on conflict (upload_id, start_at) do update set size = excluded.size, sha256 = excluded.sha256 returning upload_id`,
    [uploadId, lockToken, segment.startAt, segment.size, segment.sha256],
  );
  if (rows.length === 0) throw new ProblemError("upload_busy", "Another request has taken over this upload.");
}

export async function lastSegment(db: Queryable, uploadId: string): Promise<StoredSegment | null> {
  const row = await db.kysely
    .selectFrom("holdfast.upload_segments")
    .selectAll()
    .where("upload_id", "=", uploadId)
    .orderBy("start_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? { startAt: row.start_at, size: row.size, sha256: row.sha256 } : null;
}

export async function firstSegment(db: Queryable, uploadId: string): Promise<StoredSegment | null> {
  const row = await db.kysely
    .selectFrom("holdfast.upload_segments")
    .selectAll()
    .where("upload_id", "=", uploadId)
    .where("start_at", "=", 0)
    .executeTakeFirst();
  return row ? { startAt: 0, size: row.size, sha256: row.sha256 } : null;
}
