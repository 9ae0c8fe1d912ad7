import { ID_BYTES, packKey } from "../format/ids.ts";
import type { BlobPlace } from "../index/pack-contents.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { WorkerPool } from "../workers/pool.ts";
import type { CheckJob } from "../workers/protocol.ts";
import { KeptSlabs } from "../workers/slabs.ts";

export interface ReadOptions {
  signal?: AbortSignal;
  onProgress?(progress: { packs: number; packsTotal: number; bytes: number }): void;
  workers?: number;
}

/** Packs in memory at once, for each worker. */
const PACKS_PER_WORKER = 2;
/** Of the packs that Holdfast and restic write, nearly all fit. */
const USUAL_SLAB = 18 * 1024 * 1024;

/** Reads packs whole and checks every byte of them. Returns the bytes read. */
export async function readPacks(
  repository: Repository,
  index: RepositoryIndex,
  packs: readonly number[],
  errors: string[],
  options: ReadOptions,
): Promise<number> {
  if (packs.length === 0) return 0;
  const pool = new WorkerPool(repository.workerSettings, { size: options.workers });
  const contents = index.packContents();
  const slabs = new KeptSlabs(USUAL_SLAB);
  let bytes = 0;
  let done = 0;
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let pack = packs[next++]; pack !== undefined; pack = packs[next++]) {
      options.signal?.throwIfAborted();
      const id = index.packId(pack);
      try {
        const { slab, size } = await readPack(repository, id, slabs.take(Math.min(index.packSize(pack), USUAL_SLAB)));
        bytes += size;
        const job = describePack(index, id, contents.places(pack), slab, size);
        const answer = await pool.check(job);
        for (const problem of answer.problems) errors.push(`The pack ${packKey(id)} is damaged: ${problem}.`);
        slabs.give(slab);
      } catch (error) {
        options.signal?.throwIfAborted();
        errors.push(`The pack ${packKey(id)} cannot be read: ${(error as Error).message}`);
      }
      options.onProgress?.({ packs: ++done, packsTotal: packs.length, bytes });
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.size * PACKS_PER_WORKER }, reader));
  } finally {
    await pool.close();
  }
  return bytes;
}

async function readPack(
  repository: Repository,
  id: string,
  taken: SharedArrayBuffer,
): Promise<{ slab: SharedArrayBuffer; size: number }> {
  let slab = taken;
  let target = Buffer.from(slab);
  let size = 0;
  await repository.store.get(packKey(id), (chunk) => {
    if (size + chunk.length > target.length) {
      slab = new SharedArrayBuffer((size + chunk.length) * 2);
      const grown = Buffer.from(slab);
      target.copy(grown, 0, 0, size);
      target = grown;
    }
    target.set(chunk, size);
    size += chunk.length;
  });
  return { slab, size };
}

function describePack(
  index: RepositoryIndex,
  packId: string,
  places: BlobPlace[],
  slab: SharedArrayBuffer,
  size: number,
): CheckJob {
  const ids = new Uint8Array(places.length * ID_BYTES);
  const blobs = new Uint32Array(places.length * 4);
  for (const [i, { type, entry }] of places.entries()) {
    const { id, offset, length, rawLength } = index.place(type, entry);
    ids.set(id, i * ID_BYTES);
    blobs.set([type === "tree" ? 1 : 0, offset, length, rawLength], i * 4);
  }
  return { kind: "check", slab, size, packId, ids, blobs };
}
