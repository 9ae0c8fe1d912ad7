import type { ByteRange, ObjectStore, Sink } from "@holdfast/storage";
import type pg from "pg";
import { segmentsOf } from "./contents.queries.ts";
import { segmentKey } from "./segment-key.ts";

/**
 * Pushes bytes of a content into `sink`, in order; a chunk is valid only until the promise that `sink` returns settles.
 * Rejects with StorageError where a segment cannot be read; never pushes less than it was asked for without rejecting.
 */
export async function readContent(
  source: { pool: pg.Pool; store: ObjectStore },
  content: { contentId: string; size: number; onlySegment?: Buffer | null },
  range: ByteRange,
  sink: Sink,
): Promise<void> {
  if (range.end <= range.start) return;
  if (content.onlySegment) {
    const whole = range.start === 0 && range.end === content.size;
    await source.store.get(segmentKey(content.onlySegment), sink, whole ? undefined : range);
    return;
  }
  for await (const segment of segmentsOf(source.pool, content.contentId, range)) {
    const start = Math.max(0, range.start - segment.start_at);
    const end = Math.min(segment.size, range.end - segment.start_at);
    await source.store.get(
      segmentKey(segment.sha256),
      sink,
      start === 0 && end === segment.size ? undefined : { start, end },
    );
  }
}
