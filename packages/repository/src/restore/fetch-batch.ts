import { damaged } from "../errors.ts";
import { ID_BYTES, packKey } from "../format/ids.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { Semaphore } from "../semaphore.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { Batch, BatchFile } from "./batches.ts";
import { readBlob } from "./blob-reader.ts";

/** Blobs this near to each other in a pack are read in one go: what lies between them costs less than another read. */
const GAP = 256 * 1024;
const READS_AT_ONCE = 16;
/** What a batch and one more blob take. */
const USUAL_BATCH = 12.5 * 1024 * 1024;

export interface FetchedBatch {
  files: BatchFile[];
  /** Plaintexts, or why there is none. */
  blobs: Map<string, Buffer | Error>;
  /** The plaintexts are not needed any more. */
  release(): void;
}

interface Place {
  id: string;
  bytes: Buffer;
  pack: number;
  offset: number;
  length: number;
  rawLength: number;
  /** Where it comes to lie in the batch's buffer of sealed bytes. */
  source: number;
  /** Where its plaintext goes in the batch's other buffer. */
  target: number;
  plainLength: number;
}

interface PlannedRead {
  pack: number;
  start: number;
  end: number;
  /** In the order of their offsets. */
  places: Place[];
}

/** Reads all blobs of batches, each in as few reads as possible, and has the workers open them. */
export class BatchFetcher {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #pool: WorkerPool;
  readonly #reads = new Semaphore(READS_AT_ONCE);
  readonly #buffers: SharedArrayBuffer[] = [];

  constructor(repository: Repository, index: RepositoryIndex, pool: WorkerPool) {
    this.#repository = repository;
    this.#index = index;
    this.#pool = pool;
  }

  async fetch(batch: Batch): Promise<FetchedBatch> {
    const blobs = new Map<string, Buffer | Error>();
    const places = this.#locate(batch, blobs);
    const reads = planReads(places);
    const sealed = this.#take(places.reduce((sum, { length }) => sum + length, 0));
    const plain = this.#take(places.reduce((sum, { plainLength }) => sum + plainLength, 0));
    const failed = new Set<Place>();
    await Promise.all(reads.map((read) => this.#reads.run(() => this.#read(read, sealed, failed))));
    const readable = places.filter((place) => !failed.has(place));
    for (const place of await this.#open(readable, sealed, plain)) failed.add(place);
    this.#give(sealed);
    for (const place of places) {
      const { id, target, plainLength } = place;
      if (!failed.has(place)) blobs.set(id, Buffer.from(plain, target, plainLength) as Buffer);
      // One by one it turns out which blobs are lost, and copies elsewhere are found.
      else blobs.set(id, await readBlob(this.#repository, this.#index, "data", id).catch((e: unknown) => e as Error));
    }
    return { files: batch.files, blobs, release: () => this.#give(plain) };
  }

  /** Where the blobs are, in the order of the packs, and where they go. */
  #locate(batch: Batch, blobs: FetchedBatch["blobs"]): Place[] {
    const places: Place[] = [];
    let target = 0;
    for (const id of batch.blobs) {
      const bytes = Buffer.from(id, "hex");
      const entry = this.#index.find("data", bytes);
      if (entry < 0) {
        blobs.set(id, damaged(`The data blob ${id} is not in the repository.`));
        continue;
      }
      const table = this.#index.tables.data;
      const plainLength = this.#index.plainLength("data", entry);
      places.push({
        id,
        bytes,
        pack: table.pack(entry),
        offset: table.offset(entry),
        length: table.length(entry),
        rawLength: table.rawLength(entry),
        source: 0,
        target,
        plainLength,
      });
      target += plainLength;
    }
    return places.sort((a, b) => a.pack - b.pack || a.offset - b.offset);
  }

  async #read(read: PlannedRead, sealed: SharedArrayBuffer, failed: Set<Place>): Promise<void> {
    const { start, end, places } = read;
    const target = Buffer.from(sealed);
    let position = start;
    let next = 0;
    const take = (chunk: Uint8Array): void => {
      const chunkEnd = position + chunk.length;
      for (let place = places[next]; place !== undefined && place.offset < chunkEnd; place = places[++next]) {
        const from = Math.max(place.offset, position);
        const to = Math.min(place.offset + place.length, chunkEnd);
        target.set(chunk.subarray(from - position, to - position), place.source + from - place.offset);
        // The rest of it comes with the next chunk.
        if (place.offset + place.length > chunkEnd) break;
      }
      position = chunkEnd;
    };
    try {
      await this.#repository.store.get(packKey(this.#index.packId(read.pack)), take, { start, end });
    } catch {
      for (const place of places) failed.add(place);
    }
  }

  /** Returns those that could not be opened. */
  async #open(places: Place[], sealed: SharedArrayBuffer, plain: SharedArrayBuffer): Promise<Place[]> {
    if (places.length === 0) return [];
    const ids = new Uint8Array(places.length * ID_BYTES);
    const numbers = new Uint32Array(places.length * 4);
    for (const [i, { bytes, source, length, rawLength, target }] of places.entries()) {
      ids.set(bytes, i * ID_BYTES);
      numbers.set([source, length, rawLength, target], i * 4);
    }
    const { failed } = await this.#pool.open({ kind: "open", slab: sealed, ids, blobs: numbers, plain });
    return failed.map(([i]) => places[i] as Place);
  }

  #take(size: number): SharedArrayBuffer {
    if (size > USUAL_BATCH) return new SharedArrayBuffer(size);
    return this.#buffers.pop() ?? new SharedArrayBuffer(USUAL_BATCH);
  }

  #give(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength === USUAL_BATCH) this.#buffers.push(buffer);
  }
}

/** Joins places that are near to each other, and gives each its source in the batch's buffer, where they lie without gaps. */
function planReads(places: Place[]): PlannedRead[] {
  const reads: PlannedRead[] = [];
  let source = 0;
  let read: PlannedRead | undefined;
  for (const place of places) {
    const end = place.offset + place.length;
    if (read === undefined || place.pack !== read.pack || place.offset - read.end > GAP) {
      read = { pack: place.pack, start: place.offset, end, places: [] };
      reads.push(read);
    }
    read.end = Math.max(read.end, end);
    read.places.push(place);
    place.source = source;
    source += place.length;
  }
  return reads;
}
