/** Bytes of a chunk of a large object. Two of them per read stay in the processor's cache, which is what makes it fast. */
export const LARGE_CHUNK = 512 * 1024;
/** Objects up to this size are one read and one call of the sink. */
export const SMALL_OBJECT = 256 * 1024;
/** What a read gets once the pool is used up by slow readers, so that nobody waits for them: more calls, little memory. */
export const SPARE_CHUNK = 64 * 1024;

/**
 * Buffers that are used again. At most `kept` are ever made at full size; whoever asks for more at once gets small ones of their own.
 * So memory is bounded by `kept * size` plus 64 KiB a buffer beyond that.
 */
export class BufferPool {
  readonly #size: number;
  readonly #kept: number;
  readonly #free: Buffer[] = [];
  #made = 0;

  constructor(size: number, kept: number) {
    this.#size = size;
    this.#kept = kept;
  }

  take(): Buffer {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made >= this.#kept) return Buffer.allocUnsafeSlow(SPARE_CHUNK);
    this.#made++;
    return Buffer.allocUnsafeSlow(this.#size);
  }

  give(buffer: Buffer): void {
    if (buffer.length === this.#size) this.#free.push(buffer);
  }
}
