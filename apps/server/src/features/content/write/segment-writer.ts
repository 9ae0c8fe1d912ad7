import { createHash, type Hash } from "node:crypto";
import type { ObjectStore, Spool } from "@holdfast/storage";
import { segmentKey } from "../segment.ts";
import type { ReleaseSegments } from "./release-segments.ts";
import { giveStaging, takeStaging } from "./staging.ts";
import type { TouchSegment } from "./touch-segments.ts";

export interface StoredSegment {
  /** Offset of its first byte in the content. */
  startAt: number;
  size: number;
  sha256: Buffer;
}

/** A segment that is complete, on its way to the store. */
export interface SealedSegment {
  segment: StoredSegment;
  /** Fulfilled once its row is there: from then on the catalogue can refer to it, in a transaction that ends after `stored`. */
  touched: Promise<void>;
  /** Fulfilled once its bytes are durable. Only then may anybody be told of it. */
  stored: Promise<void>;
}

export interface SegmentStore {
  store: ObjectStore;
  touch: TouchSegment;
  /** Removes what an upload that is given up has stored, where nobody else has it. Never throws. */
  release: ReleaseSegments;
}

/** Waits until there is memory for one more segment. What it returns gives it back. */
export type TakeMemory = () => Promise<() => void>;

/**
 * Writes one segment: bytes are hashed as they come, gathered, and written beside the socket. Small segments are written by
 * `seal`. Not for concurrent use: await each call.
 */
export class SegmentWriter {
  readonly startAt: number;
  size = 0;
  readonly #target: SegmentStore;
  readonly #broughtBy: string;
  readonly #hash: Hash = createHash("sha256");
  #staging: Buffer | null = null;
  #staged = 0;
  #spool: Promise<Spool> | null = null;
  #writing: Promise<void> = Promise.resolve();
  #lent: Buffer[] = [];
  readonly #stagingBytes: number;
  readonly #giveBack: (() => void) | undefined;

  /**
   * @param stagingBytes see `stagingFor`
   * @param giveBack called when it holds no memory any more
   */
  constructor(target: SegmentStore, broughtBy: string, startAt: number, stagingBytes: number, giveBack?: () => void) {
    this.#target = target;
    this.#stagingBytes = stagingBytes;
    this.#broughtBy = broughtBy;
    this.startAt = startAt;
    this.#giveBack = giveBack;
  }

  /** Appends. The chunk may be reused when the promise settles. */
  async write(chunk: Uint8Array): Promise<void> {
    // The file is made while the bytes are hashed and the rest of them comes.
    if (this.size === 0) this.#open().catch(() => {});
    this.#hash.update(chunk);
    this.size += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      this.#staging ??= this.#take();
      const room = Math.min(this.#stagingBytes - this.#staged, chunk.length - at);
      this.#staging.set(at === 0 && room === chunk.length ? chunk : chunk.subarray(at, at + room), this.#staged);
      this.#staged += room;
      at += room;
      if (this.#staged === this.#stagingBytes) await this.#flush();
    }
  }

  /** Makes the segment durable: hash known, row touched, object stored under its key. */
  seal(): SealedSegment {
    const sha256 = this.#hash.digest();
    const touched = this.#target.touch({ sha256, size: this.size, broughtBy: this.#broughtBy });
    const segment = { startAt: this.startAt, size: this.size, sha256 };
    const sealed = { segment, touched, stored: this.#store(segmentKey(sha256), touched) };
    // Observed here as well, so that what nobody awaits in the end is no unhandled rejection.
    sealed.touched.catch(() => {});
    sealed.stored.catch(() => {});
    return sealed;
  }

  async #store(key: string, touched: Promise<void>): Promise<void> {
    try {
      if (this.#staged > 0) await this.#begin();
      await this.#writing;
      const spool = await this.#open();
      await spool.commit(key, touched);
    } catch (error) {
      await this.discard();
      throw error;
    }
    this.#returnBuffers();
  }

  /** Forgets what was written. Never throws. */
  async discard(): Promise<void> {
    await this.#writing.catch(() => {});
    const spool = await this.#spool?.catch(() => null);
    await spool?.discard();
    this.#returnBuffers();
  }

  /** Hands the gathered bytes to the store; at most one write is under way, the next chunk is gathered meanwhile. */
  async #flush(): Promise<void> {
    await this.#begin();
    // The buffer that is not being written: the write before has settled.
    this.#staging =
      this.#lent.length < 2 ? this.#take() : (this.#lent.find((buffer) => buffer !== this.#staging) as Buffer);
    this.#staged = 0;
  }

  async #begin(): Promise<void> {
    const full = (this.#staging as Buffer).subarray(0, this.#staged);
    await this.#writing;
    this.#writing = this.#open().then((spool) => spool.write(full));
    this.#writing.catch(() => {});
  }

  #open(): Promise<Spool> {
    this.#spool ??= this.#target.store.spool();
    return this.#spool;
  }

  #take(): Buffer {
    const buffer = takeStaging(this.#stagingBytes);
    this.#lent.push(buffer);
    return buffer;
  }

  #returnBuffers(): void {
    for (const buffer of this.#lent) giveStaging(buffer);
    this.#lent = [];
    this.#staging = null;
    this.#giveBack?.();
  }
}
