import { damaged } from "../errors.ts";
import { listDocuments, listPacks } from "../format/files.ts";
import { ID_BYTES, packKey } from "../format/ids.ts";
import { type IndexedPack, type PackedBlob, parseHeader } from "../format/pack.ts";
import { BLOBS_PER_FILE, loadIndexFiles, saveIndexFile } from "../index/index-files.ts";
import type { BlobPlace, PackContents } from "../index/pack-contents.ts";
import { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { WorkerPool } from "../workers/pool.ts";
import { KeptSlabs } from "../workers/slabs.ts";
import { type PackUse, type PrunePlan, planPrune, usedPlaces } from "./prune-plan.ts";
import { findUsedBlobs } from "./used-blobs.ts";

export interface PruneOptions {
  signal?: AbortSignal;
  /** Share of the used bytes that may stay unused, 0 to 1. Default 0.05, as restic's. */
  maxUnused?: number;
  /** Says what would go, and changes nothing. */
  preview?: boolean;
  onProgress?(progress: { step: "search" | "repack" | "delete"; done: number; total: number }): void;
  workers?: number;
  /** False: only packs that hold nothing needed go, so that nothing has to be written but an index. For a disk without room. */
  repack?: boolean;
}

export interface PruneReport {
  packsKept: number;
  packsRepacked: number;
  packsRemoved: number;
  /** Bytes of packs that went, less those of packs that were written. Estimated in a preview. */
  bytesFreed: number;
  /** Bytes that nobody needs and that stay. */
  bytesUnused: number;
}

const REPACKS_AT_ONCE = 4;
/** Of the packs that Holdfast and restic write, nearly all fit. */
const USUAL_SLAB = 18 * 1024 * 1024;

/**
 * Removes the data that no snapshot needs, under the exclusive lock. New packs are stored before the new index, the old index goes after
 * that, and old packs go last: stopped at any instant, every snapshot is whole.
 * @throws RepositoryError "damaged", before anything is changed, where a snapshot needs what is not there.
 */
export async function prune(repository: Repository, options: PruneOptions = {}): Promise<PruneReport> {
  repository.checkWritable();
  return repository.withLock({ exclusive: true, signal: options.signal }, (signal) =>
    pruneLocked(repository, { ...options, signal }),
  );
}

async function pruneLocked(
  repository: Repository,
  options: PruneOptions & { signal: AbortSignal },
): Promise<PruneReport> {
  const { store, cipher } = repository;
  const roots = (await repository.snapshots()).map(({ tree }) => tree);
  const index = new RepositoryIndex();
  const oldIndexes = await listDocuments(store, "index");
  await loadIndexFiles(store, cipher, index, oldIndexes, (_id, error) => {
    throw error;
  });
  const packs = await listPacks(store);
  for (let pack = 0; pack < index.packCount; pack++) {
    if (!packs.has(index.packId(pack))) index.markMissing(pack);
  }
  const problems: string[] = [];
  const used = await findUsedBlobs(repository, index, roots, {
    signal: options.signal,
    onProblem: (problem) => problems.push(problem),
    onTree: (done) => options.onProgress?.({ step: "search", done, total: index.tables.tree.size }),
  });
  if (problems.length > 0) {
    throw damaged(`Nothing was removed, because the repository is damaged. ${problems.slice(0, 3).join(" ")}`);
  }
  const contents = index.packContents();
  const plan = planPrune(index, contents, used, options.maxUnused ?? 0.05);
  if (options.repack === false) {
    plan.keep.push(...plan.repack);
    plan.repack = [];
  }
  const orphans = [...packs.keys()].filter((id) => !index.hasPack(id));
  const goes = [...plan.remove, ...plan.repack];
  const freed =
    goes.reduce((sum, use) => sum + use.size, 0) + orphans.reduce((sum, id) => sum + (packs.get(id) ?? 0), 0);
  const report: PruneReport = {
    packsKept: plan.keep.length,
    packsRepacked: plan.repack.length,
    packsRemoved: plan.remove.length + orphans.length,
    bytesFreed: freed - plan.repack.reduce((sum, use) => sum + use.usedBytes, 0),
    bytesUnused: plan.unusedBytes,
  };
  if (options.preview === true) return report;
  const lost = Array.from({ length: index.packCount }, (_, pack) => index.isMissing(pack)).includes(true);
  const unchanged = goes.length === 0 && !lost && oldIndexes.length <= 1 + index.blobCount / BLOBS_PER_FILE;
  if (!unchanged) {
    const places = ({ pack }: PackUse): BlobPlace[] => usedPlaces(contents, used, pack);
    const written = await repack(repository, index, plan, places, options);
    report.bytesFreed = freed - written.reduce((sum, { size }) => sum + size, 0);
    await replaceIndex(repository, index, contents, plan, written, oldIndexes, options.signal);
  }
  const keys = [...goes.map(({ pack }) => index.packId(pack)), ...orphans].map(packKey);
  options.onProgress?.({ step: "delete", done: 0, total: keys.length });
  await store.delete(keys);
  options.onProgress?.({ step: "delete", done: keys.length, total: keys.length });
  return report;
}

type WrittenPack = IndexedPack & { size: number };

/** Moves the used blobs of packs into new ones, as they are sealed, each opened and hashed on the way. */
async function repack(
  repository: Repository,
  index: RepositoryIndex,
  plan: PrunePlan,
  places: (use: PackUse) => BlobPlace[],
  options: PruneOptions & { signal: AbortSignal },
): Promise<WrittenPack[]> {
  const written: WrittenPack[] = [];
  const pool = new WorkerPool(repository.workerSettings, {
    size: options.workers,
    storePack: async ({ id, buffer, size, header }) => {
      await repository.store.put(packKey(id), Buffer.from(buffer, 0, size));
      written.push({ id, size, blobs: parseHeader(Buffer.from(header)) });
    },
  });
  const slabs = new KeptSlabs(USUAL_SLAB);
  let next = 0;
  let done = 0;
  const mover = async (): Promise<void> => {
    for (let use = plan.repack[next++]; use !== undefined; use = plan.repack[next++]) {
      options.signal.throwIfAborted();
      const used = places(use);
      for (const type of ["data", "tree"] as const) {
        const blobs = used.filter((place) => place.type === type).map(({ entry }) => index.place(type, entry));
        await movePack(repository, pool, slabs, index.packId(use.pack), type, blobs);
      }
      options.onProgress?.({ step: "repack", done: ++done, total: plan.repack.length });
    }
  };
  try {
    await Promise.all(Array.from({ length: REPACKS_AT_ONCE }, mover));
    await pool.flush();
    return written;
  } finally {
    await pool.close();
  }
}

async function movePack(
  repository: Repository,
  pool: WorkerPool,
  slabs: KeptSlabs,
  packId: string,
  type: "data" | "tree",
  blobs: readonly PackedBlob[],
): Promise<void> {
  if (blobs.length === 0) return;
  const start = (blobs[0] as PackedBlob).offset;
  const last = blobs.at(-1) as PackedBlob;
  const end = last.offset + last.length;
  const slab = slabs.take(end - start);
  const target = Buffer.from(slab);
  let filled = 0;
  const key = packKey(packId);
  await repository.store.get(
    key,
    (chunk) => {
      target.set(chunk, filled);
      filled += chunk.length;
    },
    { start, end },
  );
  const ids = new Uint8Array(blobs.length * ID_BYTES);
  const numbers = new Uint32Array(blobs.length * 3);
  for (const [i, { id, offset, length, rawLength }] of blobs.entries()) {
    ids.set(id, i * ID_BYTES);
    numbers.set([offset - start, length, rawLength], i * 3);
  }
  await pool.pack({ kind: "copy", type, slab, ids, blobs: numbers });
  slabs.give(slab);
}

/** Writes an index of all packs that stay or are new, then removes the old index files. */
async function replaceIndex(
  repository: Repository,
  index: RepositoryIndex,
  contents: PackContents,
  plan: PrunePlan,
  written: readonly IndexedPack[],
  oldIndexes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  function* packs(): Generator<IndexedPack> {
    for (const { pack } of plan.keep) {
      const blobs = contents.places(pack).map(({ type, entry }) => index.place(type, entry));
      yield { id: index.packId(pack), blobs };
    }
    yield* written;
  }
  const newIndexes = new Set<string>();
  let file: IndexedPack[] = [];
  let blobs = 0;
  const write = async (): Promise<void> => {
    if (file.length > 0) newIndexes.add(await saveIndexFile(repository.store, repository.cipher, file));
    file = [];
    blobs = 0;
  };
  for (const pack of packs()) {
    signal.throwIfAborted();
    if (blobs + pack.blobs.length > BLOBS_PER_FILE) await write();
    file.push(pack);
    blobs += pack.blobs.length;
  }
  await write();
  signal.throwIfAborted();
  await repository.store.delete(oldIndexes.filter((id) => !newIndexes.has(id)).map((id) => `index/${id}`));
}
