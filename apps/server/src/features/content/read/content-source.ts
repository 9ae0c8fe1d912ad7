import type { ByteRange, Sink } from "@holdfast/storage";
import type { Queryable } from "../../../platform/database/database.ts";
import { type SegmentRow, segmentsOf } from "../content.queries.ts";
import type { Ahead, SegmentReader } from "./segment-reader.ts";

/**
 * Pushes bytes of a content into `sink`, in order; a chunk is valid only until the promise that `sink` returns settles. Never pushes more
 * or less than it was asked for, or what is not known to be right (see `SegmentReader`), without rejecting.
 * @throws content_damaged, data_unreadable, StorageError
 */
export async function readContent(
  source: { db: Queryable; segments: SegmentReader },
  content: { contentId: string; size: number; onlySegment?: Buffer | null },
  range: ByteRange,
  sink: Sink,
): Promise<void> {
  if (range.end <= range.start) return;
  if (content.onlySegment) {
    const segment = { sha256: content.onlySegment, size: content.size };
    await source.segments.read(segment, sink, partOf(range, { ...segment, start_at: 0 }));
    return;
  }
  const rows = segmentsOf(source.db, content.contentId, range);
  let ahead: Ahead = null;
  let next = await rows.next();
  while (!next.done) {
    const segment: SegmentRow = next.value;
    next = await rows.next();
    const verified = ahead;
    // The next one is read and hashed while this one goes out.
    ahead = next.done ? null : source.segments.ahead(next.value);
    await source.segments.read(segment, sink, partOf(range, segment), verified);
  }
}

/** What lies of a range in a segment; undefined: all of it. */
function partOf(range: ByteRange, segment: SegmentRow): ByteRange | undefined {
  const start = Math.max(0, range.start - segment.start_at);
  const end = Math.min(segment.size, range.end - segment.start_at);
  return start === 0 && end === segment.size ? undefined : { start, end };
}
