import type { ByteRange } from "@holdfast/storage";
import type { Queryable } from "../../platform/database/database.ts";
import { statement } from "../../platform/database/statement.ts";
import { segmentBytes } from "./segment.ts";

export interface SegmentRow {
  start_at: number;
  size: number;
  sha256: Buffer;
}

/** What a file's bytes are, and how they are called. */
export interface ContentRow {
  name: string;
  kind: "file" | "folder";
  file_type: string | null;
  file_size: number;
  last_modified: Date;
  content_id: string | null;
  /** SHA-256 (hex) of a small file's only segment; null where it has others, or is larger. */
  only_segment: string | null;
}

/** SQL of a `ContentRow`, for a `holdfast.files f`. */
export const contentColumns = `f.name, f.kind, f.file_type, f.file_size, f.last_modified, f.content_id,
  case when f.file_size <= ${segmentBytes} then
    (select case when count(*) = 1 then min(encode(s.sha256, 'hex')) end from holdfast.content_segments s where s.content_id = f.content_id)
  end as only_segment`;

export const hasSegments = statement<[], { found: boolean }>("select exists (select from holdfast.segments) as found");

const page = 256;

export const listSegments = statement<[contentId: string, from: number, to: number], SegmentRow>(
  `select start_at, size, sha256 from holdfast.content_segments
   where content_id = $1 and start_at > $2::bigint - ${segmentBytes} and start_at + size > $2::bigint and start_at < $3 order by start_at limit ${page}`,
);

/** The segments that hold the bytes of `range`, in order, read a page at a time: a file of terabytes never has its whole list in memory. */
export async function* segmentsOf(db: Queryable, contentId: string, range: ByteRange): AsyncGenerator<SegmentRow> {
  let from = range.start;
  while (from < range.end) {
    const rows = await listSegments.all(db, contentId, from, range.end);
    yield* rows;
    const last = rows.at(-1);
    if (!last) throw new Error(`content ${contentId} lacks the bytes from ${from} on`);
    from = last.start_at + last.size;
  }
}
