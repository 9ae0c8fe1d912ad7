/** Numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** From 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const words = length >> 2;
    for (let i = 0; i < words; i++) bytes.writeUInt32LE(Math.floor(this.next() * 2 ** 32) >>> 0, i * 4);
    for (let i = words * 4; i < length; i++) bytes[i] = this.below(256);
    return bytes;
  }
}
