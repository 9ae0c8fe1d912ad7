/** Where a segment lies in the object store: 256 folders, however many segments (see docs/decisions/0003). */
export function segmentKey(sha256: Buffer): string {
  const hex = sha256.toString("hex");
  return `segments/${hex.slice(0, 2)}/${hex}`;
}
