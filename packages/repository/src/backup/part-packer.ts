import type { Sink } from "@holdfast/storage";
import { RepositoryError } from "../errors.ts";
import { idAt } from "../format/ids.ts";
import { Semaphore } from "../semaphore.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { ChunkAnswer } from "../workers/protocol.ts";
import { SLAB_BYTES, SlabPool } from "../workers/slabs.ts";

/** Small parts are gathered to this many bytes before they go to a worker: a message costs as much as hashing 20 KiB. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_PARTS = 2000;
const SMALL_READS = 16;
/** Stores read ahead with large buffers: more of them cost memory and bring nothing. */
const LARGE_READS = 3;
const LARGE_PART = 256 * 1024;

/** A piece of a file: its chunks begin and end with it, so that they can be remembered by its `key`. */
export interface Part {
  /** Names the piece's bytes for the cache (a segment's SHA-256). Without it the piece is always read. */
  key?: string;
  /** Bytes, at most 16 MiB. */
  size: number;
  /** Pushes exactly `size` bytes. */
  read(sink: Sink): Promise<void>;
}

interface Batch {
  slab: SharedArrayBuffer;
  bytes: Buffer;
  used: number;
  /** Offset and length of each part. */
  parts: number[];
  callbacks: { resolve(content: string[]): void; reject(error: unknown): void }[];
  unfilled: number;
  sealed: boolean;
}

/** A part's place in a batch, and the promise of its chunks. */
interface Reserved {
  batch: Batch;
  position: number;
  offset: number;
  content: Promise<string[]>;
}

/** Reads parts into slabs and has them cut, named and packed by the workers. */
export class PartPacker {
  readonly #pool: WorkerPool;
  readonly #slabs: SlabPool;
  readonly #choose: (chunks: ChunkAnswer) => Uint8Array;
  readonly #onFailure: (error: unknown) => void;
  readonly #smallReads = new Semaphore(SMALL_READS);
  readonly #largeReads = new Semaphore(LARGE_READS);
  readonly #reserving = new Semaphore(1);
  readonly #running = new Set<Promise<void>>();
  #open: Batch | null = null;

  constructor(pool: WorkerPool, choose: (chunks: ChunkAnswer) => Uint8Array, onFailure: (error: unknown) => void) {
    this.#pool = pool;
    this.#slabs = new SlabPool(pool.size + 1);
    this.#choose = choose;
    this.#onFailure = onFailure;
  }

  /** The ids of the part's chunks. They are in packs when `settle` has resolved. */
  async add(part: Part): Promise<string[]> {
    if (part.size === 0) return [];
    if (!Number.isSafeInteger(part.size) || part.size < 0 || part.size > SLAB_BYTES) {
      throw new RepositoryError("invalid", `A part of ${part.size} bytes is larger than ${SLAB_BYTES}.`);
    }
    const reads = part.size > LARGE_PART ? this.#largeReads : this.#smallReads;
    const { content } = await reads.run(async () => {
      const { batch, position, offset, content } = await this.#reserve(part.size);
      try {
        await readInto(batch.bytes.subarray(offset, offset + part.size), part);
      } catch (error) {
        batch.parts[position * 2 + 1] = 0;
        batch.callbacks[position]?.reject(error);
      }
      batch.unfilled--;
      if (batch.sealed) this.#dispatchIfFilled(batch);
      else if (batch.unfilled === 0) setImmediate(() => this.#sealIdle(batch));
      return { content };
    });
    return content;
  }

  /** Resolves when the chunks of every part that was added are in packs. */
  async settle(): Promise<void> {
    if (this.#open !== null) this.#seal(this.#open);
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  fail(error: Error): void {
    this.#slabs.fail(error);
  }

  #reserve(size: number): Promise<Reserved> {
    return this.#reserving.run(async () => {
      let batch = this.#open;
      if (batch !== null && !fits(batch, size)) {
        this.#seal(batch);
        batch = null;
      }
      if (batch === null) {
        const slab = await this.#slabs.take();
        batch = { slab, bytes: Buffer.from(slab), used: 0, parts: [], callbacks: [], unfilled: 0, sealed: false };
        this.#open = batch;
      }
      const offset = batch.used;
      batch.used += size;
      batch.parts.push(offset, size);
      batch.unfilled++;
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      promise.catch(() => {});
      const position = batch.callbacks.push({ resolve, reject }) - 1;
      return { batch, position, offset, content: promise };
    });
  }

  /** Nothing more has come while the event loop went round: better a small batch than a waiting file. */
  #sealIdle(batch: Batch): void {
    if (!batch.sealed && batch.unfilled === 0) this.#seal(batch);
  }

  #seal(batch: Batch): void {
    if (this.#open === batch) this.#open = null;
    if (batch.sealed) return;
    batch.sealed = true;
    this.#dispatchIfFilled(batch);
  }

  #dispatchIfFilled(batch: Batch): void {
    if (batch.unfilled > 0) return;
    const running = this.#dispatch(batch)
      .catch((error: unknown) => {
        for (const { reject } of batch.callbacks) reject(error);
        this.#onFailure(error);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #dispatch(batch: Batch): Promise<void> {
    await this.#pool.chunk({ kind: "chunk", slab: batch.slab, parts: Uint32Array.from(batch.parts) }, (chunks) => {
      const wanted = this.#choose(chunks);
      // The names are known; packing goes on while their callers go on.
      let chunk = 0;
      for (const [i, { resolve }] of batch.callbacks.entries()) {
        const content: string[] = [];
        for (let n = chunks.counts[i] as number; n > 0; n--) content.push(idAt(chunks.ids, chunk++));
        resolve(content);
      }
      return wanted;
    });
    this.#slabs.give(batch.slab);
  }
}

function fits(batch: Batch, size: number): boolean {
  if (batch.sealed || batch.used + size > SLAB_BYTES) return false;
  return batch.used < BATCH_BYTES && batch.callbacks.length < BATCH_PARTS;
}

async function readInto(target: Buffer, part: Part): Promise<void> {
  let filled = 0;
  await part.read((chunk) => {
    if (filled + chunk.length <= target.length) target.set(chunk, filled);
    filled += chunk.length;
  });
  if (filled !== target.length) {
    throw new RepositoryError("damaged", `A part gave ${filled} bytes where it has ${target.length}.`);
  }
}
