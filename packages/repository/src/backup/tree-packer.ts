import { ID_BYTES } from "../format/ids.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { KeptSlabs } from "../workers/slabs.ts";

const BATCH_BYTES = 2 * 1024 * 1024;
const BATCHES_AT_ONCE = 3;
/** A full batch with a large tree as its last. */
const USUAL_SLAB = 2 * BATCH_BYTES;

/** Sends trees to the workers, several at a time. */
export class TreePacker {
  readonly #pool: WorkerPool;
  readonly #onFailure: (error: unknown) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #slabs = new KeptSlabs(USUAL_SLAB);
  #trees: { id: Buffer; bytes: Buffer }[] = [];
  #size = 0;

  constructor(pool: WorkerPool, onFailure: (error: unknown) => void) {
    this.#pool = pool;
    this.#onFailure = onFailure;
  }

  async add(id: Buffer, bytes: Buffer): Promise<void> {
    this.#trees.push({ id, bytes });
    this.#size += bytes.length;
    if (this.#size < BATCH_BYTES) return;
    this.#send();
    while (this.#running.size >= BATCHES_AT_ONCE) await Promise.race(this.#running);
  }

  /** Resolves when every tree that was added is in a pack. */
  async settle(): Promise<void> {
    if (this.#trees.length > 0) this.#send();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #send(): void {
    const slab = this.#slabs.take(this.#size);
    const target = Buffer.from(slab);
    const ids = new Uint8Array(this.#trees.length * ID_BYTES);
    const blobs = new Uint32Array(this.#trees.length * 2);
    let offset = 0;
    for (const [i, { id, bytes }] of this.#trees.entries()) {
      ids.set(id, i * ID_BYTES);
      blobs.set([offset, bytes.length], i * 2);
      target.set(bytes, offset);
      offset += bytes.length;
    }
    this.#trees = [];
    this.#size = 0;
    const running = this.#pool
      .pack({ kind: "store", type: "tree", slab, ids, blobs })
      .then(() => this.#slabs.give(slab), this.#onFailure)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}
