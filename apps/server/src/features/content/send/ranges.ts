import type { ByteRange } from "@holdfast/storage";

/** More ranges than this in one request is an attack or a mistake; the whole is sent instead (RFC 9110, 14.2). */
const maxRanges = 16;

/**
 * Reads a Range header (RFC 9110, 14.1.2) against a size in bytes.
 * @returns null where there is none or it is not ours to honour (another unit, malformed, too many or overlapping pieces): send the
 * whole; "unsatisfiable" where no range begins inside; else the ranges, clipped, in the order asked for
 */
export function parseRange(header: string | undefined, size: number): ByteRange[] | "unsatisfiable" | null {
  if (header === undefined) return null;
  const match = /^bytes=(.+)$/.exec(header.trim());
  if (!match) return null;
  const pieces = (match[1] as string)
    .split(",")
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
  if (pieces.length === 0 || pieces.length > maxRanges) return null;
  const ranges: ByteRange[] = [];
  for (const piece of pieces) {
    const parts = /^(\d*)-(\d*)$/.exec(piece);
    if (!parts || (parts[1] === "" && parts[2] === "")) return null;
    const range = toRange(parts[1] as string, parts[2] as string, size);
    if (range === null) return null;
    if (range !== "outside") ranges.push(range);
  }
  if (ranges.length === 0) return "unsatisfiable";
  return overlap(ranges) ? null : ranges;
}

function toRange(first: string, last: string, size: number): ByteRange | "outside" | null {
  if (first === "") {
    const length = Number(last);
    return length === 0 || size === 0 ? "outside" : { start: Math.max(0, size - length), end: size };
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(size, Number(last) + 1);
  if (last !== "" && Number(last) < start) return null;
  return start >= size ? "outside" : { start, end };
}

function overlap(ranges: readonly ByteRange[]): boolean {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  return sorted.some((range, i) => i > 0 && range.start < (sorted[i - 1] as ByteRange).end);
}

/** A `Content-Range` value for one range. */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.end - 1}/${size}`;
}
