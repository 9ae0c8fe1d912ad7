import { ProblemError } from "../../../platform/http/problem.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { finishAsSameFile, isComplete } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { findLeftOver, findUpload } from "../uploads.queries.ts";
import { arrivedBefore, finishUpload } from "./finish.ts";
import { lockUpload } from "./upload-lock.ts";

/**
 * Makes files of uploads that came whole and whose last request died before it could: nobody may ever ask about them again. Where that is
 * refused, they wait for their owners.
 */
export async function finishLeftOver(deps: UploadsDeps, context: JobContext): Promise<void> {
  for (const { id } of await findLeftOver.all(deps.db)) {
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
    const upload = await findUpload.first(deps.db, uploadId);
    if (!upload || !isComplete(upload) || upload.refused_code !== null) return;
    // A client that never heard of this upload has sent the file again by another one.
    if (await finishAsSameFile(deps.db, upload, false)) return;
    await finishUpload(deps, { actorId: upload.user_id, ip: null, requestId: null }, upload, arrivedBefore);
  } finally {
    await lock.release();
  }
}
