import type { OpenedObject } from "@holdfast/storage";

/** How many segments are remembered: about 20 MB. Of those beyond, the ones verified longest ago are verified again when they are read. */
const KEPT = 100_000;

interface Verified {
  at: number;
  version: string;
}

/** Which segments this process has read and found right, when, and the object's version then: one that was written since is not trusted. */
export class VerifiedSegments {
  readonly #known = new Map<string, Verified>();
  readonly #boundMs: number;

  constructor(boundMs: number) {
    this.#boundMs = boundMs;
  }

  add(sha256: Buffer, version: string): void {
    const name = nameOf(sha256);
    // Kept in the order of verification, so that the oldest goes first.
    this.#known.delete(name);
    this.#known.set(name, { at: performance.now(), version });
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value as string);
  }

  /** Whether it needs no reading before it is sent, as far as is known before it is opened. */
  isFresh(sha256: Buffer): boolean {
    const known = this.#known.get(nameOf(sha256));
    return known !== undefined && performance.now() - known.at < this.#boundMs;
  }

  /** As `isFresh`, of what has been opened. */
  trusts(sha256: Buffer, { version }: OpenedObject): boolean {
    return this.isFresh(sha256) && this.#known.get(nameOf(sha256))?.version === version;
  }
}

/** Half of a hash tells segments apart, and takes less memory. */
function nameOf(sha256: Buffer): string {
  return sha256.toString("latin1", 0, 16);
}
