import { createHash, type Hash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { chunksOf } from "../../../platform/http/clients/slow-clients.ts";
import { humanBytes } from "../../../platform/http/human-bytes.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Hold } from "../../../platform/storage/room.ts";
import type { StoredSegment } from "../../content/index.ts";
import { ContentWriter, type WrittenContent } from "../../content/index.ts";
import { checkQuota } from "../../files/index.ts";
import { contentLength } from "../receive-body.ts";
import { recordSegment } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { findLastSegment, findReservation, growReservation, type UploadRow } from "../uploads.queries.ts";
import type { Checksum } from "./protocol.ts";
import type { UploadLock } from "./upload-lock.ts";

/** A last segment shorter than this is read back and made longer: clients with tiny chunks do not leave tiny segments. */
const shortTailBytes = 1024 * 1024;

export interface Received {
  /** The offset afterwards: what is durable. */
  offset: number;
  /** What this body brought, after a short segment before it that was made longer; null where it brought nothing. */
  written: WrittenContent | null;
  /** The first bytes of `written`. */
  head: Buffer;
}

/**
 * Appends a request's body to an upload. The offset moves with each durable segment, so an interrupted body keeps what came. With a
 * checksum, nothing moves until the whole body has been found right.
 * @throws disk_full, too_large, checksum_mismatch, quota_exceeded, upload_busy
 */
export async function receive(
  deps: UploadsDeps,
  upload: UploadRow,
  lock: UploadLock,
  request: FastifyRequest,
  checksum: Checksum | null,
): Promise<Received> {
  const body = request.raw;
  const hold = await deps.room.hold(contentLength(body));
  try {
    return await receiveHeld(deps, upload, lock, request, checksum, hold);
  } finally {
    hold.release();
  }
}

async function receiveHeld(
  deps: UploadsDeps,
  upload: UploadRow,
  lock: UploadLock,
  request: FastifyRequest,
  checksum: Checksum | null,
  hold: Hold,
): Promise<Received> {
  const body = request.raw;
  const tail = await findLastSegment.first(deps.db, upload.id);
  const merge = tail && tail.size < shortTailBytes ? tail : null;
  const held: StoredSegment[] = [];
  const record = (segment: StoredSegment) => recordWithQuota(deps, upload, lock, segment);
  const writer = new ContentWriter(deps, {
    startAt: merge ? merge.start_at : upload.upload_offset,
    takeMemory: deps.memory.of(`user ${upload.user_id}`, contentLength(body)),
    onSegment: checksum ? async (segment) => void held.push(segment) : record,
  });
  // What has come whole is written in no time, and its sender reads the answer.
  const stop = () => {
    if (!body.complete) body.destroy();
  };
  lock.wanted.addEventListener("abort", stop, { once: true });
  // A newer request may have come since the lock was taken: it waits for this one.
  if (lock.wanted.aborted) stop();
  const hash: Hash | null = checksum && createHash(checksum.algorithm);
  let offset = upload.upload_offset;
  try {
    for await (const chunk of chunksOf(body)) {
      if (merge && writer.size === 0) await deps.segments.read(merge, (bytes) => writer.write(bytes));
      offset += chunk.length;
      if (upload.size !== null && offset > upload.size) {
        throw new ProblemError("too_large", `The upload was announced with ${upload.size} bytes, and this is more.`);
      }
      if (upload.size === null && deps.maxFileSize !== null && offset > deps.maxFileSize) {
        throw new ProblemError("too_large", `The largest file this server takes is ${humanBytes(deps.maxFileSize)}.`);
      }
      hold.took(chunk.length);
      hash?.update(chunk);
      await writer.write(chunk);
    }
  } catch (error) {
    // A whole body that could not be stored is no fault of the client.
    const silent = error instanceof ProblemError && error.code === "request_timeout";
    const interrupted = !(error instanceof ProblemError) && !body.complete && body.destroyed;
    if ((interrupted || silent) && !checksum) {
      // The client is gone, but what it sent is worth keeping.
      await writer.finish().catch(() => writer.abort());
    } else {
      await writer.abort();
    }
    if (interrupted)
      throw new ProblemError("length_mismatch", "The connection broke. Ask for the offset and go on from there.");
    throw error;
  } finally {
    lock.wanted.removeEventListener("abort", stop);
  }
  const written = await writer.finish();
  if (checksum && hash) {
    if (!hash.digest().equals(checksum.digest)) {
      throw new ProblemError(
        "checksum_mismatch",
        "The bytes that arrived do not have the announced checksum. Send them again.",
      );
    }
    for (const segment of held) await record(segment);
  }
  return { offset, written: written.size > 0 ? written : null, head: writer.head };
}

/** An upload whose length nobody knows takes from the quota as it grows. */
async function recordWithQuota(
  deps: UploadsDeps,
  upload: UploadRow,
  lock: UploadLock,
  segment: StoredSegment,
): Promise<void> {
  if (upload.size !== null) return recordSegment(deps.db, upload.id, lock.token, segment);
  await deps.db.transaction(async (tx) => {
    const row = await findReservation.first(tx, upload.id);
    const grown = segment.startAt + segment.size;
    await checkQuota(tx, upload.space_id, grown - (row?.reserved_bytes ?? 0), upload.user_id);
    await growReservation.count(tx, upload.id, grown);
    await recordSegment(tx, upload.id, lock.token, segment);
  });
}
