import type { Origin } from "../../../platform/http/principal.ts";
import { emptySha256 } from "../../content/index.ts";
import { commitFile } from "../commit/commit-file.ts";
import { mediaTypeOf } from "../media-type.ts";
import { isNoise } from "../noise.ts";
import { finishAsSameFile } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { findFirstSegment, findUpload, type UploadRow } from "../uploads.queries.ts";
import type { Received } from "./receive.ts";
import { folderGone, recordRefusal } from "./refusal.ts";

/** What of the last request's body is known, where all bytes have come. */
export type Arrived = Pick<Received, "written" | "head">;

export const arrivedBefore: Arrived = { written: null, head: Buffer.alloc(0) };

/**
 * Makes a complete upload a file, under its lock. Returns the file's id. Where it is refused, the upload stays with the reason.
 * @throws as `commitFile`
 */
export async function finishUpload(
  deps: UploadsDeps,
  origin: Origin,
  upload: UploadRow,
  arrived: Arrived,
): Promise<string> {
  try {
    return await commit(deps, origin, upload, arrived);
  } catch (error) {
    // A process that was killed may have sent its commit, and the database made it after we had looked.
    const ended =
      (await findUpload.first(deps.db, upload.id))?.file_id ?? (await finishAsSameFile(deps.db, upload, true));
    if (ended) return ended;
    await recordRefusal(deps, upload, error);
    throw error;
  }
}

async function commit(
  deps: UploadsDeps,
  origin: Origin,
  upload: UploadRow,
  { written, head }: Arrived,
): Promise<string> {
  const size = upload.size as number;
  if (upload.parent_id === null) throw folderGone();
  const inOneGo = written !== null && written.size === size ? written : null;
  const firstBytes = inOneGo ? head : await readHead(deps, upload.id);
  const [fileType, noise] = await Promise.all([mediaTypeOf(firstBytes, upload.name), isNoise(firstBytes)]);
  const { file } = await commitFile(deps, origin, {
    userId: upload.user_id,
    parentId: upload.parent_id,
    name: upload.name,
    onConflict: upload.on_conflict,
    fileType,
    noise,
    lastModified: upload.last_modified,
    uploadId: upload.id,
    content: {
      size,
      sha256: size === 0 ? emptySha256 : (inOneGo?.sha256 ?? null),
      crc32: size === 0 ? 0 : (inOneGo?.crc32 ?? null),
      segments: [],
    },
  });
  return file.id;
}

async function readHead(deps: UploadsDeps, uploadId: string): Promise<Buffer> {
  const first = await findFirstSegment.first(deps.db, uploadId);
  if (!first) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  const keep = (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk));
  await deps.segments.read(first, keep, { start: 0, end: Math.min(first.size, 4100) });
  return Buffer.concat(chunks);
}
