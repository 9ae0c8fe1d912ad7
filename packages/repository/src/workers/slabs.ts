/** Bytes of a slab; what a chunk job can take at most. */
export const SLAB_BYTES = 16 * 1024 * 1024;

/** A bounded number of buffers that the workers see too. Waiting for one is what holds the readers back. */
export class SlabPool {
  readonly #free: SharedArrayBuffer[] = [];
  readonly #waiting: { resolve(slab: SharedArrayBuffer): void; reject(error: Error): void }[] = [];
  readonly #limit: number;
  readonly #bytes: number;
  #made = 0;
  #failure: Error | null = null;

  constructor(limit: number, bytes = SLAB_BYTES) {
    this.#limit = limit;
    this.#bytes = bytes;
  }

  take(): Promise<SharedArrayBuffer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const free = this.#free.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (this.#made < this.#limit) {
      this.#made++;
      return Promise.resolve(new SharedArrayBuffer(this.#bytes));
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  give(slab: SharedArrayBuffer): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.resolve(slab);
    else this.#free.push(slab);
  }

  /** Nobody will give anything back any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/**
 * Buffers for the workers that are used again, as many as are in use at once. What is made again each time is garbage in two threads, and
 * goes only when both have looked.
 */
export class KeptSlabs {
  readonly #free: SharedArrayBuffer[] = [];
  readonly #usual: number;

  /** @param usual Bytes that nearly always suffice. */
  constructor(usual: number) {
    this.#usual = usual;
  }

  /** One of at least so many bytes. */
  take(bytes: number): SharedArrayBuffer {
    if (bytes > this.#usual) return new SharedArrayBuffer(bytes);
    return this.#free.pop() ?? new SharedArrayBuffer(this.#usual);
  }

  give(slab: SharedArrayBuffer): void {
    if (slab.byteLength === this.#usual) this.#free.push(slab);
  }
}
