/** Bytes that are gathered before they are written: large writes are cheap, and the socket's own chunks are small. */
export const stagingBytes = 1024 * 1024;

const maxIdle = 16;
const idle: Buffer[] = [];

/** A buffer of `stagingBytes`, reused: what is in it is what its last owner left. */
export function takeStaging(): Buffer {
  return idle.pop() ?? Buffer.allocUnsafeSlow(stagingBytes);
}

export function giveStaging(buffer: Buffer): void {
  if (idle.length < maxIdle) idle.push(buffer);
}
