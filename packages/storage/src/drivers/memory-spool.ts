import { StorageError } from "../errors.ts";
import type { Spool } from "../object-store.ts";

export const SPOOL_LIMIT = 64 * 1024 * 1024;

/** A spool for stores that take an object only whole. Grows by doubling, so that a small object costs little. */
export class MemorySpool implements Spool {
  readonly #put: (key: string, bytes: Uint8Array) => Promise<void>;
  #bytes: Buffer | null = null;
  #size = 0;

  constructor(put: (key: string, bytes: Uint8Array) => Promise<void>) {
    this.#put = put;
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const needed = this.#size + bytes.length;
    checkSpoolSize(needed);
    const old = this.#bytes;
    if (old === null || old.length < needed) {
      const grown = Buffer.allocUnsafe(Math.min(SPOOL_LIMIT, Math.max(needed, (old?.length ?? 32 * 1024) * 2)));
      if (old !== null) old.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    this.#bytes?.set(bytes, this.#size);
    this.#size = needed;
  }

  /** May be called again after it failed: the bytes are kept until it succeeds or `discard` is called. */
  async commit(key: string, before?: Promise<unknown>): Promise<void> {
    await before;
    await this.#put(key, this.#bytes?.subarray(0, this.#size) ?? Buffer.alloc(0));
    this.#bytes = null;
  }

  async discard(): Promise<void> {
    this.#bytes = null;
    this.#size = 0;
  }
}

export function checkSpoolSize(size: number): void {
  if (size > SPOOL_LIMIT) {
    throw new StorageError("too_large", `An object cannot be larger than ${SPOOL_LIMIT} bytes.`);
  }
}
