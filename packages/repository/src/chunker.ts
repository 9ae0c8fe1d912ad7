import { createHash } from "node:crypto";

/** Nothing is cut before this many bytes: smaller files are one chunk. */
export const MIN_CHUNK = 512 * 1024;
/** Where cuts become four times as likely, so that most chunks are near it. */
const AVERAGE_CHUNK = 1024 * 1024;
export const MAX_CHUNK = 8 * 1024 * 1024;

/** The rolling hash forgets a byte after 32 more: it need not begin earlier than that before the first possible cut. */
const WINDOW = 32;
/** A cut is where the uppermost bits are zero: 20 of them before the average, 18 after it. */
const STRICT_SHIFT = 12;
const EASY_SHIFT = 14;

/**
 * The table of a Gear hash, drawn from a secret of the repository: without it, the sizes of chunks say nothing about what they hold to
 * somebody who sees only the store.
 */
export function gearTable(secret: string): Int32Array {
  const table = new Int32Array(256);
  for (let block = 0; block < 32; block++) {
    const digest = createHash("sha256").update(`holdfast gear table\0${secret}\0${block}`).digest();
    for (let i = 0; i < 8; i++) table[block * 8 + i] = digest.readInt32LE(i * 4);
  }
  return table;
}

/**
 * The end of the chunk that begins at `start`: where the content says so (a Gear hash over the last 32 bytes, normalised as in FastCDC),
 * else at MAX_CHUNK or `end`.
 */
export function findCut(bytes: Uint8Array, start: number, end: number, table: Int32Array): number {
  if (end - start <= MIN_CHUNK) return end;
  const average = Math.min(end, start + AVERAGE_CHUNK);
  const limit = Math.min(end, start + MAX_CHUNK);
  let hash = 0;
  let at = start + MIN_CHUNK - WINDOW;
  for (const warm = start + MIN_CHUNK; at < warm; at++) {
    hash = ((hash << 1) + (table[bytes[at] as number] as number)) | 0;
  }
  for (; at < average; at++) {
    hash = ((hash << 1) + (table[bytes[at] as number] as number)) | 0;
    if (hash >>> STRICT_SHIFT === 0) return at + 1;
  }
  for (; at < limit; at++) {
    hash = ((hash << 1) + (table[bytes[at] as number] as number)) | 0;
    if (hash >>> EASY_SHIFT === 0) return at + 1;
  }
  return limit;
}
