import type { Origin } from "../../../platform/http/principal.ts";
import { type CommittedFile, commitFile } from "../commit-file.ts";
import { emptySha256 } from "../content-writer.ts";
import { mediaTypeOf } from "../media-type.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import type { Received } from "./receive.ts";
import { firstSegment, type UploadRow } from "./uploads.queries.ts";

/** Makes a complete upload a file, after the last request brought what was missing. */
export async function finishUpload(
  deps: UploadsDeps,
  origin: Origin,
  upload: UploadRow,
  { offset: size, written, head }: Received,
): Promise<CommittedFile> {
  const inOneGo = written !== null && written.size === size ? written : null;
  const fileType = await mediaTypeOf(inOneGo ? head : await readHead(deps, upload.id), upload.name);
  return commitFile(deps, origin, {
    userId: upload.user_id,
    parentId: upload.parent_id,
    name: upload.name,
    onConflict: upload.on_conflict,
    fileType,
    lastModified: upload.last_modified,
    uploadId: upload.id,
    content: {
      size,
      sha256: size === 0 ? emptySha256 : (inOneGo?.sha256 ?? null),
      crc32: size === 0 ? 0 : (inOneGo?.crc32 ?? null),
      segments: [],
    },
  });
}

async function readHead(deps: UploadsDeps, uploadId: string): Promise<Buffer> {
  const first = await firstSegment(deps.db, uploadId);
  if (!first) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  const keep = (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk));
  await deps.segments.read(first, keep, { start: 0, end: Math.min(first.size, 4100) });
  return Buffer.concat(chunks);
}
