import { randomFillSync } from "node:crypto";
import { uuidPattern } from "@holdfast/identity";

/** Is this a UUID? */
export function isId(text: string): boolean {
  return uuidPattern.test(text);
}

const pool = Buffer.alloc(16 * 256);
let used = pool.length;
let lastMs = 0;
let counter = 0;

/**
 * A UUID version 7 (RFC 9562, 5.7): 48 bits of time, a 12-bit counter that keeps ids of one process in order within a millisecond,
 * 62 random bits.
 */
export function newId(nowMs: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  used += 16;
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = pool.readUInt16BE(at + 6) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  pool.writeUIntBE(lastMs, at, 6);
  pool.writeUInt16BE(0x7000 | counter, at + 6);
  pool[at + 8] = ((pool[at + 8] as number) & 0x3f) | 0x80;
  const hex = pool.toString("hex", at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
