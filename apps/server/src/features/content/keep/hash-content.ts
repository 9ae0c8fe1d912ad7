import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { defineJob } from "../../../platform/jobs/job.ts";
import type { ContentDeps } from "../content.deps.ts";
import { segmentsOf } from "../content.queries.ts";
import { findContent, setHash } from "./keep.queries.ts";

/** Computes the whole-file SHA-256 and CRC-32 of a content that was not streamed in one go. */
export const hashJob = defineJob({
  name: "files.hash-content",
  payload: z.object({ contentId: z.uuid() }),
  expireInSeconds: 6 * 3600,
});

export async function hashContent(
  deps: Pick<ContentDeps, "db" | "segments">,
  contentId: string,
  signal: AbortSignal,
): Promise<void> {
  const content = await findContent.first(deps.db, contentId);
  if (!content || content.sha256) return;
  const sha256 = createHash("sha256");
  let crc = 0;
  for await (const segment of segmentsOf(deps.db, contentId, { start: 0, end: content.size })) {
    signal.throwIfAborted();
    await deps.segments.read(segment, (chunk) => {
      sha256.update(chunk);
      crc = crc32(chunk, crc);
    });
  }
  await setHash.count(deps.db, contentId, sha256.digest(), crc);
}
