import type { ByteRange } from "./object-store.ts";

/** @throws RangeError where the range is not one, or leaves an object of `size` bytes. */
export function checkRange(range: ByteRange | undefined, size: number): ByteRange {
  if (range === undefined) return { start: 0, end: size };
  checkRangeShape(range);
  if (range.end > size) throw rangeLeavesObject(range, size);
  return range;
}

export function checkRangeShape({ start, end }: ByteRange): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError(`${start}-${end} is not a range of bytes.`);
  }
}

function rangeLeavesObject({ start, end }: ByteRange, size: number): RangeError {
  return new RangeError(`The range ${start}-${end} leaves an object of ${size} bytes.`);
}
