/** The bytes of a segment in the primary store are missing or not what they were: nothing is backed up as if it were right. */
export class SegmentUnreadable extends Error {
  override name = "SegmentUnreadable";
  readonly sha256: Buffer;
  constructor(sha256: Buffer, cause: unknown) {
    super(`The stored segment ${sha256.toString("hex").slice(0, 16)} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
    this.sha256 = sha256;
  }
}
