import { createHash } from "node:crypto";
import { readObject } from "@holdfast/storage";
import type { FastifyRequest } from "fastify";
import { chunksOf } from "../../../platform/http/clients/slow-clients.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { segmentKey } from "../../content/index.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { findLastSegment, type UploadRow } from "../uploads.queries.ts";
import type { Checksum } from "./protocol.ts";
import type { Received } from "./receive.ts";

/**
 * Takes the last byte of an upload whose bytes are all there once more, or, from a client that knows it has sent everything, none. Nothing
 * is stored; it only has to be the same byte.
 * @throws too_large, checksum_mismatch
 */
export async function receiveAgain(
  deps: UploadsDeps,
  upload: UploadRow,
  at: number,
  request: FastifyRequest,
  checksum: Checksum | null,
): Promise<Received> {
  const size = upload.size as number;
  let body = Buffer.alloc(0);
  for await (const chunk of chunksOf(request.raw)) {
    body = Buffer.concat([body, chunk]);
    if (at + body.length > size)
      throw new ProblemError("too_large", `The upload was announced with ${size} bytes, and this is more.`);
  }
  if (checksum && !createHash(checksum.algorithm).update(body).digest().equals(checksum.digest))
    throw new ProblemError("checksum_mismatch", "The byte that arrived does not have the announced checksum.");
  if (body.length > 0 && !body.equals(await lastByte(deps, upload))) {
    throw new ProblemError(
      "checksum_mismatch",
      "The last byte is not the one that arrived before, so this is another file. Begin a new upload for it.",
    );
  }
  return { offset: at + body.length, written: null, head: Buffer.alloc(0) };
}

async function lastByte(deps: UploadsDeps, upload: UploadRow): Promise<Buffer> {
  const segment = await findLastSegment.first(deps.db, upload.id);
  if (!segment) throw new Error(`the segments of upload ${upload.id} are missing`);
  return readObject(deps.store, segmentKey(segment.sha256), { start: segment.size - 1, end: segment.size });
}
