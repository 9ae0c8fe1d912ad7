import { execute } from "../../../platform/database/database.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import type { UploadRow } from "./uploads.queries.ts";

/**
 * Ends a complete upload as the file that is there already, where that has the upload's name and bytes: somebody who got no answer has
 * sent it again, and must not be told of a clash with himself. Returns the file's id, or null.
 * @param sameTime only where its time of change is the upload's as well
 */
export async function endAsSameFile(deps: UploadsDeps, upload: UploadRow, sameTime: boolean): Promise<string | null> {
  if (upload.size === null || upload.size === 0 || (sameTime && upload.last_modified === null)) return null;
  const rows = await execute<{ file_id: string }>(
    deps.db,
    `with same as (
       select f.id from holdfast.files f
       where f.parent_id = $2 and f.name collate "C" = $3 and f.user_id = $4 and f.kind = 'file' and f.trashed_at is null
         and f.purged_at is null and f.file_size = $5 and (not $6 or f.last_modified = $7)
         and not exists (
           select start_at, size, sha256 from holdfast.content_segments where content_id = f.content_id
           except select start_at, size, sha256 from holdfast.upload_segments where upload_id = $1
         )
     ), ended as (
       update holdfast.uploads u set file_id = same.id, reserved_bytes = 0, refused_code = null, expires_at = now() + interval '1 day'
       from same where u.id = $1 and u.file_id is null returning u.id, u.file_id
     ), dropped as (
       delete from holdfast.upload_segments s using ended where s.upload_id = ended.id
     )
     select file_id from ended`,
    [upload.id, upload.parent_id, upload.name, upload.user_id, upload.size, sameTime, upload.last_modified],
  );
  return rows[0]?.file_id ?? null;
}
