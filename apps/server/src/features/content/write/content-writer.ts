import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { newId } from "../../../platform/ids.ts";
import { segmentBytes } from "../segment.ts";
import { type SegmentStore, SegmentWriter, type StoredSegment, type TakeMemory } from "./segment-writer.ts";
import { stagingFor } from "./staging.ts";

/** Bytes at the beginning that are kept to judge the media type by. */
const headBytes = 4100;
/** Segments that are being made durable while the next one is being received. */
const maxSealing = 3;

/** Of no bytes at all. */
export const emptySha256 = createHash("sha256").digest();

export interface WrittenContent {
  /** Bytes that this writer wrote. */
  size: number;
  segments: StoredSegment[];
  /** Of all bytes, where they are one segment or none; else null, and a job computes them. */
  sha256: Buffer | null;
  crc32: number | null;
}

/**
 * Cuts a stream of bytes into segments and stores them: the one code path beneath PUT, tus and file requests.
 * `onSegment` is told of each segment in order, once it is durable.
 */
export class ContentWriter {
  size = 0;
  readonly #target: SegmentStore;
  readonly #id = newId();
  #sealed: Buffer[] = [];
  readonly #startAt: number;
  readonly #stagingBytes: number;
  readonly #takeMemory: TakeMemory | undefined;
  readonly #onSegment: ((segment: StoredSegment) => Promise<void>) | undefined;
  readonly #segments: StoredSegment[] = [];
  #current: SegmentWriter | null = null;
  #sealing: Promise<void>[] = [];
  #inOrder: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;
  #head: Buffer = Buffer.alloc(0);
  #crc: number | null = 0;

  constructor(
    target: SegmentStore,
    options: {
      startAt?: number;
      onSegment?: (segment: StoredSegment) => Promise<void>;
      takeMemory?: TakeMemory | undefined;
      /** How many bytes will come, where that is known. */
      announced?: number | null;
    } = {},
  ) {
    this.#target = target;
    this.#startAt = options.startAt ?? 0;
    this.#onSegment = options.onSegment;
    this.#stagingBytes = stagingFor(options.announced ?? null);
    this.#takeMemory = options.takeMemory;
  }

  /** The first bytes: all that came, up to 4,100. */
  get head(): Buffer {
    return this.#head;
  }

  /** Appends. The chunk may be reused when the promise settles. Throws what the store threw, also for a former chunk. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#head.length < headBytes) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, headBytes - this.#head.length)]);
    }
    for (let at = 0; at < chunk.length; ) {
      this.#current ??= new SegmentWriter(
        this.#target,
        this.#id,
        this.#startAt + this.size,
        this.#stagingBytes,
        await this.#takeMemory?.(),
      );
      const room = Math.min(segmentBytes - this.#current.size, chunk.length - at);
      const part = chunk.subarray(at, at + room);
      if (this.#crc !== null) this.#crc = this.size < segmentBytes ? crc32(part, this.#crc) : null;
      await this.#current.write(part);
      this.size += room;
      at += room;
      if (this.#current.size === segmentBytes) await this.#seal();
    }
  }

  /** Stores the rest; resolves when every byte is durable and `onSegment` was told. */
  async finish(): Promise<WrittenContent> {
    if (this.#current) await this.#seal();
    await Promise.all(this.#sealing);
    await this.#inOrder;
    if (this.#failure) throw this.#failure.error;
    return this.#written(this.#segments);
  }

  /**
   * As `finish`, for who goes on while the last bytes become durable: a content of one segment is returned as soon as the catalogue can refer
   * to it. Nothing may be visible or acknowledged before `stored` is fulfilled. `abort` is for when either fails.
   */
  async finishAhead(): Promise<{ content: WrittenContent; stored: Promise<void> }> {
    const only = this.#current;
    if (only?.size !== this.size || this.#onSegment) return { content: await this.finish(), stored: Promise.resolve() };
    this.#current = null;
    const { segment, touched, stored } = only.seal();
    this.#sealed.push(segment.sha256);
    this.#sealing.push(stored);
    await touched;
    return { content: this.#written([segment]), stored };
  }

  #written(segments: StoredSegment[]): WrittenContent {
    const single = segments.length === 1 ? (segments[0] as StoredSegment).sha256 : null;
    const sha256 = this.size === 0 ? emptySha256 : single;
    return { size: this.size, segments, sha256, crc32: sha256 ? this.#crc : null };
  }

  /** Gives up what is not durable yet, and removes what is and nobody refers to or has brought as well. Never throws. */
  async abort(): Promise<void> {
    await this.#current?.discard();
    this.#current = null;
    await Promise.allSettled(this.#sealing);
    await this.#inOrder.catch(() => {});
    const sealed = this.#sealed;
    this.#sealed = [];
    if (sealed.length > 0) await this.#target.release(this.#id, sealed);
  }

  async #seal(): Promise<void> {
    const { segment, stored } = (this.#current as SegmentWriter).seal();
    this.#sealed.push(segment.sha256);
    this.#current = null;
    const recorded = Promise.all([stored, this.#inOrder]).then(async () => {
      await this.#onSegment?.(segment);
      this.#segments.push(segment);
    });
    this.#inOrder = recorded;
    const settled = recorded.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#sealing.push(settled);
    void settled.then(() => {
      this.#sealing = this.#sealing.filter((other) => other !== settled);
    });
    if (this.#sealing.length >= maxSealing) await this.#sealing[0];
    if (this.#failure) throw this.#failure.error;
  }
}
