/** A segment is at most this long; all but the last are exactly this long, unless an upload paused in between. */
export const segmentBytes = 16 * 1024 * 1024;

/** Where a segment lies in the object store: 256 folders, however many segments (see docs/decisions/0003). */
export function segmentKey(sha256: Buffer): string {
  const hex = sha256.toString("hex");
  return `segments/${hex.slice(0, 2)}/${hex}`;
}
