import type { FastifyReply, FastifyRequest } from "fastify";
import { type Origin, originOf, type Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { checkQuota } from "../../files/index.ts";
import { checkRoom } from "../receive-body.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { finishUpload } from "./finish.ts";
import { byteHeader, checkVersion, parseChecksum, patchType } from "./protocol.ts";
import { receive } from "./receive.ts";
import { lockUpload } from "./upload-lock.ts";
import { accessUpload, type UploadRow } from "./uploads.queries.ts";

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

/** Appends the request's body under the upload's lock, and finishes the upload when it is complete. */
export async function appendBody(
  deps: UploadsDeps,
  origin: Origin,
  known: UploadRow,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const checksum = parseChecksum(request);
  if (known.file_id !== null) return answerFinished(known, request, reply);
  const lock = await lockUpload(deps, known.id);
  try {
    let upload = await accessUpload(deps.db, known.user_id, known.id);
    if (upload.file_id !== null) return answerFinished(upload, request, reply);
    checkOffset(upload, request);
    upload = await learnSize(deps, upload, request);
    const received = await receive(deps, upload, lock, request, checksum);
    reply.headers({ "upload-offset": received.offset, "upload-expires": upload.expires_at.toUTCString() });
    if (received.offset !== upload.size) return;
    const { file } = await finishUpload(deps, origin, upload, received);
    reply.header("upload-file-id", file.id);
  } finally {
    await lock.release();
  }
}

/** "If the offsets do not match, the Server MUST respond with the 409 Conflict status without modifying the upload resource." */
function checkOffset(upload: UploadRow, request: FastifyRequest): void {
  const given = request.method === "POST" ? 0 : byteHeader(request, "upload-offset");
  if (given === null) throw new ProblemError("invalid_request", "Upload-Offset is missing.");
  if (given === upload.upload_offset) return;
  throw new ProblemError("offset_mismatch", `The upload stands at ${upload.upload_offset}, not at ${given}.`, {
    headers: { "upload-offset": String(upload.upload_offset) },
  });
}

/** creation-defer-length: "the Upload-Length […] MUST be set […] as soon as it is known", once. */
async function learnSize(deps: UploadsDeps, upload: UploadRow, request: FastifyRequest): Promise<UploadRow> {
  const size = request.method === "POST" ? null : byteHeader(request, "upload-length");
  if (size === null || size === upload.size) return upload;
  if (upload.size !== null || size < upload.upload_offset) {
    throw new ProblemError("invalid_request", "The length of an upload cannot be changed.");
  }
  await checkRoom(deps, size);
  await deps.db.transaction().execute(async (tx) => {
    await checkQuota(tx, upload.user_id, size - upload.reserved_bytes);
    await tx.updateTable("holdfast.uploads").set({ size, reserved_bytes: size }).where("id", "=", upload.id).execute();
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
