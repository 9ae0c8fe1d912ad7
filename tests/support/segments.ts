/** Where a segment lies in the object store, as docs/decisions/0003 has it: written down here a second time, so that a change of it is seen. */
export function segmentKey(sha256: Buffer): string {
  const hex = sha256.toString("hex");
  return `segments/${hex.slice(0, 2)}/${hex}`;
}
