import { execute } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { arrivedBefore, finishUpload } from "./finish.ts";
import { endAsSameFile } from "./same-file.ts";
import { lockUpload } from "./upload-lock.ts";
import { findUpload, isComplete } from "./uploads.queries.ts";

/**
 * Makes files of uploads that came whole and whose last request died before it could: nobody may ever ask about them again. Where that is
 * refused, they wait for their owners.
 */
export async function finishLeftOver(deps: UploadsDeps, context: JobContext): Promise<void> {
  const rows = await execute<{ id: string }>(
    deps.db,
    `select id from holdfast.uploads
     where file_id is null and size = upload_offset and size > 0 and refused_code is null
       and (locked_by is null or locked_until < now())
     order by id limit 1000`,
  );
  for (const { id } of rows) {
    context.signal.throwIfAborted();
    try {
      await finishOne(deps, id);
    } catch (error) {
      if (error instanceof ProblemError) context.log.info({ err: error, upload: id }, "a complete upload was refused");
      else context.log.warn({ err: error, upload: id }, "a complete upload could not be finished; it is tried again");
    }
  }
}

async function finishOne(deps: UploadsDeps, uploadId: string): Promise<void> {
  const lock = await lockUpload(deps, uploadId);
  try {
    const upload = await findUpload(deps.db, uploadId);
    if (!upload || !isComplete(upload) || upload.refused_code !== null) return;
    // A client that never heard of this upload has sent the file again by another one.
    if (await endAsSameFile(deps, upload, false)) return;
    await finishUpload(deps, { actorId: upload.user_id, ip: null, requestId: null }, upload, arrivedBefore);
  } finally {
    await lock.release();
  }
}
