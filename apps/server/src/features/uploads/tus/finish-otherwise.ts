import type { BodyOf, File, finishUpload as operation } from "@holdfast/contract";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { accessFile, accessFolder } from "../../access/index.ts";
import { checkName, findView, toFile } from "../../files/index.ts";
import { accessUpload, isComplete } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import type { UploadRow } from "../uploads.queries.ts";
import { arrivedBefore, finishUpload } from "./finish.ts";
import { lockUpload } from "./upload-lock.ts";

/**
 * The owner's answer to a refusal: finishes a complete upload under another name, in another folder, or in place of what is there. Asked
 * again after it was done, it answers the same file.
 */
export async function finishOtherwise(
  deps: UploadsDeps,
  origin: Origin,
  userId: string,
  uploadId: string,
  wanted: BodyOf<typeof operation>,
): Promise<File> {
  const known = await accessUpload(deps.db, userId, uploadId);
  const name = wanted.name === undefined ? known.name : checkName(wanted.name);
  const lock = await lockUpload(deps, known.id);
  try {
    const upload = await accessUpload(deps.db, userId, uploadId);
    if (upload.file_id !== null) {
      // It is a file like any other by now, which others may have moved or changed.
      await accessFile(deps.db, userId, upload.file_id, "see");
      return await fileOf(deps, upload.file_id);
    }
    if (!isComplete(upload)) {
      throw new ProblemError(
        "conflict",
        `Only ${upload.upload_offset} bytes of this upload have arrived. Send the rest first.`,
      );
    }
    const chosen: UploadRow = {
      ...upload,
      name,
      parent_id:
        wanted.parentId === undefined ? upload.parent_id : (await accessFolder(deps.db, userId, wanted.parentId)).id,
      on_conflict: wanted.onConflict ?? upload.on_conflict,
    };
    return await fileOf(deps, await finishUpload(deps, origin, chosen, arrivedBefore));
  } finally {
    await lock.release();
  }
}

async function fileOf(deps: UploadsDeps, fileId: string): Promise<File> {
  const view = await findView(deps.db, fileId);
  if (!view) throw new ProblemError("gone", "The file that this upload became has been deleted since.");
  return toFile(view);
}
