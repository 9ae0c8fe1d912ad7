/** Bytes that are gathered before they are written: large writes are cheap, and the socket's own chunks are small. */
export const stagingBytes = 1024 * 1024;
/** For a content that is announced to be no larger: many small files are on their way at once. */
const smallBytes = 64 * 1024;

/** Buffers of one size that wait for their next use, and how many may. */
const idle = [
  { bytes: smallBytes, most: 64, buffers: [] as Buffer[] },
  { bytes: stagingBytes, most: 16, buffers: [] as Buffer[] },
];

/** The size of the buffer for a content of so many bytes. @param announced null where nobody knows */
export function stagingFor(announced: number | null): number {
  return announced !== null && announced <= smallBytes ? smallBytes : stagingBytes;
}

/** A buffer of a size that `stagingFor` said, reused: what is in it is what its last owner left. */
export function takeStaging(bytes: number): Buffer {
  return idle.find((kind) => kind.bytes === bytes)?.buffers.pop() ?? Buffer.allocUnsafeSlow(bytes);
}

export function giveStaging(buffer: Buffer): void {
  const kind = idle.find(({ bytes }) => bytes === buffer.length);
  if (kind && kind.buffers.length < kind.most) kind.buffers.push(buffer);
}
