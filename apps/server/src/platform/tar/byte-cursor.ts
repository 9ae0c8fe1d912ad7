import { DamagedArchive } from "./tar-header.ts";

/** Reads a stream in steps of one's own. What it gives is valid until it is asked again, as the stream's chunks are. */
export class ByteCursor {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #failure: { error: unknown } | null = null;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** One to `most` bytes; null at the end of the stream. */
  async some(most: number): Promise<Buffer | null> {
    while (this.#at === this.#chunk.length) {
      const next = await this.#next();
      if (next.done) return null;
      this.#chunk = next.value;
    }
    const part = this.#chunk.subarray(this.#at, this.#at + most);
    this.#at += part.length;
    return part;
  }

  /** A stream that has failed has not ended, whoever asks next. */
  async #next(): Promise<IteratorResult<Buffer, unknown>> {
    if (this.#failure) throw this.#failure.error;
    // Its memory goes back with the question, also where no other comes.
    this.#chunk = Buffer.alloc(0);
    this.#at = 0;
    try {
      return await this.#chunks.next();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** Exactly so many bytes; null where the stream ends before the first. @throws DamagedArchive where it ends later */
  async exactly(size: number): Promise<Buffer | null> {
    const first = await this.some(size);
    if (first === null || first.length === size) return first;
    const whole = Buffer.allocUnsafe(size);
    for (let part: Buffer | null = first, at = 0; ; part = await this.some(size - at)) {
      if (part === null) throw cut();
      whole.set(part, at);
      at += part.length;
      if (at === size) return whole;
    }
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) {
      const part = await this.some(left);
      if (part === null) throw cut();
      left -= part.length;
    }
  }

  /** Lets the stream go. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

export function cut(): DamagedArchive {
  return new DamagedArchive("The archive ends before its end.");
}
