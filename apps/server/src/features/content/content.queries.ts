import type { ByteRange } from "@holdfast/storage";
import type pg from "pg";
import { segmentBytes } from "./segment.ts";

export interface SegmentRow {
  start_at: number;
  size: number;
  sha256: Buffer;
}

const page = 256;

/** The segments that hold the bytes of `range`, in order, read a page at a time: a file of terabytes never has its whole list in memory. */
export async function* segmentsOf(pool: pg.Pool, contentId: string, range: ByteRange): AsyncGenerator<SegmentRow> {
  let from = range.start;
  while (from < range.end) {
    const { rows } = await pool.query<SegmentRow>({
      name: "segments-of",
      text: `select start_at, size, sha256 from holdfast.content_segments
        where content_id = $1 and start_at > $2 - ${segmentBytes} and start_at + size > $2 and start_at < $3 order by start_at limit ${page}`,
      values: [contentId, from, range.end],
    });
    yield* rows;
    const last = rows.at(-1);
    if (!last) throw new Error(`content ${contentId} lacks the bytes from ${from} on`);
    from = last.start_at + last.size;
  }
}
