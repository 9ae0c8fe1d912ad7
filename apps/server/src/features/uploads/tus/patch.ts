import type { FastifyReply, FastifyRequest } from "fastify";
import { type Origin, originOf, type Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { checkQuota } from "../../files/index.ts";
import { checkRoom } from "../receive-body.ts";
import { accessUpload, announcedOffset, isComplete, lengthIsSet, setLength } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { discardEmpty, type UploadRow } from "../uploads.queries.ts";
import { finishUpload } from "./finish.ts";
import { byteHeader, checkVersion, parseChecksum, patchType } from "./protocol.ts";
import { receive } from "./receive.ts";
import { receiveAgain } from "./receive-again.ts";
import { lockUpload } from "./upload-lock.ts";

/** PATCH: appends at Upload-Offset; the last byte makes the file. */
export async function patchUpload(
  deps: UploadsDeps,
  principal: Principal,
  uploadId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  checkVersion(request, reply);
  if (request.headers["content-type"] !== patchType) {
    throw new ProblemError("unsupported_media_type", `Send the bytes as ${patchType}.`);
  }
  const upload = await accessUpload(deps.db, principal.userId, uploadId);
  reply.code(204);
  await appendBody(deps, originOf(request), upload, request, reply);
}

/**
 * Appends the request's body under the upload's lock, and finishes the upload when it is complete. What `known.size` says counts where the
 * table has no length yet.
 */
export async function appendBody(
  deps: UploadsDeps,
  origin: Origin,
  known: UploadRow,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const checksum = parseChecksum(request);
  deps.transfers.watch({ raw: request.raw, answer: reply.raw }, known.user_id, [known.parent_id], "add");
  if (known.file_id !== null) return answerFinished(known, request, reply);
  const lock = await lockUpload(deps, known.id);
  try {
    let upload = await accessUpload(deps.db, known.user_id, known.id);
    if (upload.file_id !== null) return answerFinished(upload, request, reply);
    const at = checkOffset(upload, request);
    upload = await learnSize(deps, { ...upload, size: upload.size ?? known.size }, request);
    const received = isComplete(upload)
      ? await receiveAgain(deps, upload, at, request, checksum)
      : await receive(deps, upload, lock, request, checksum);
    reply.header("upload-expires", upload.expires_at.toUTCString());
    if (received.offset !== upload.size) return void reply.header("upload-offset", received.offset);
    const fileId = await finishUpload(deps, origin, upload, received).catch(keepCreated(deps, upload, request));
    reply.header("upload-offset", fileId === null ? upload.size - 1 : upload.size);
    if (fileId !== null) reply.header("upload-file-id", fileId);
  } finally {
    await lock.release();
  }
}

/**
 * Where a creation brought all bytes and no file could be made of them, the upload itself has been created all the same: the client gets
 * its address and an offset one short of the length, and hears the reason when it sends the last byte. Answered with the error, it would
 * not know the address, and would begin another upload with every try.
 */
function keepCreated(deps: UploadsDeps, upload: UploadRow, request: FastifyRequest) {
  return async (error: unknown): Promise<null> => {
    if (request.method !== "POST") throw error;
    if (upload.size === 0) {
      // Without bytes there is nothing to keep.
      await discardEmpty.count(deps.db, upload.id);
      throw error;
    }
    deps.log.info({ err: error, upload: upload.id }, "an upload that came whole is not a file yet");
    return null;
  };
}

/** "If the offsets do not match, the Server MUST respond with the 409 Conflict status without modifying the upload resource." */
function checkOffset(upload: UploadRow, request: FastifyRequest): number {
  const given = request.method === "POST" ? 0 : byteHeader(request, "upload-offset");
  if (given === null) throw new ProblemError("invalid_request", "Upload-Offset is missing.");
  const announced = announcedOffset(upload);
  if (given === announced || given === upload.upload_offset) return given;
  throw new ProblemError("offset_mismatch", `The upload stands at ${announced}, not at ${given}.`, {
    headers: { "upload-offset": String(announced) },
  });
}

/** creation-defer-length: "the Upload-Length […] MUST be set […] as soon as it is known", once. */
async function learnSize(deps: UploadsDeps, upload: UploadRow, request: FastifyRequest): Promise<UploadRow> {
  const size = request.method === "POST" ? null : byteHeader(request, "upload-length");
  if (size === null || size === upload.size) return upload;
  if (upload.size !== null || size < upload.upload_offset) throw lengthIsSet();
  if (size === 0) return { ...upload, size };
  await checkRoom(deps, size);
  await deps.db.transaction(async (tx) => {
    await checkQuota(tx, upload.space_id, size - upload.reserved_bytes, upload.user_id);
    await setLength(tx, upload.id, size);
  });
  return { ...upload, size, reserved_bytes: size };
}

/** The last answer was lost and the client asks again: it is told the file. */
function answerFinished(upload: UploadRow, request: FastifyRequest, reply: FastifyReply): void {
  const given = request.method === "POST" ? upload.size : byteHeader(request, "upload-offset");
  if (given !== upload.size) {
    throw new ProblemError("offset_mismatch", "This upload is complete.", {
      headers: { "upload-offset": String(upload.size) },
    });
  }
  reply.headers({ "upload-offset": upload.size ?? 0, "upload-file-id": upload.file_id as string });
}
