import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { BatchFetcher } from "../restore/fetch-batch.ts";
import { TreeReader } from "../restore/tree-reader.ts";
import { walkTree } from "../restore/walk.ts";
import { WorkerPool } from "../workers/pool.ts";
import { findUsedBlobs } from "./used-blobs.ts";

export interface SnapshotCheckOptions {
  /** Of the data: all, or, where it has more bytes than `atMost`, the share whose `turn` it is, of as many as it takes and 30 at most. */
  readData: "all" | { turn: number; atMost: number };
  /** Goes on behind the pack with this id. */
  after?: string | undefined;
  /** Asked between packs: true ends the check there, so that somebody else can have the repository. */
  giveWay?(): Promise<boolean>;
  signal?: AbortSignal | undefined;
  workers?: number;
}

export interface SnapshotCheckReport {
  /** What of the snapshot is damaged or missing, as sentences that name its own files alone. */
  errors: string[];
  bytesRead: number;
  /** Where it gave way, the id to go on after; else null. */
  next: string | null;
}

const MOST_SHARES = 30;
const BATCH_BLOBS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Files that are named, of those with damaged bytes. */
const NAMED = 20;

/**
 * Reads what one snapshot needs, and nothing else: its trees, and of the packs the places of its data, each opened and hashed. Takes a shared
 * lock, and changes nothing.
 */
export function checkSnapshot(
  repository: Repository,
  tree: string,
  options: SnapshotCheckOptions,
): Promise<SnapshotCheckReport> {
  return repository.withLock(
    { exclusive: false, ...(options.signal ? { signal: options.signal } : {}) },
    async (signal) => {
      const index = await repository.index();
      const errors: string[] = [];
      const report = (text: string): void => void errors.push(text);
      const used = await findUsedBlobs(repository, index, [tree], { signal, onProblem: report, onOddity: report });
      const packs = chosenPacks(index, used.data, options);
      const pool = new WorkerPool(repository.workerSettings, { size: options.workers ?? 1 });
      const fetcher = new BatchFetcher(repository, index, pool);
      const failed = new Map<string, string>();
      let bytesRead = 0;
      let next: string | null = null;
      try {
        for (const [number, { id, blobs }] of packs.entries()) {
          signal.throwIfAborted();
          for (const batch of batchesOf(blobs)) {
            const fetched = await fetcher.fetch({ files: [], blobs: batch });
            for (const [blob, bytes] of fetched.blobs) {
              if (bytes instanceof Error) failed.set(blob, bytes.message);
              else bytesRead += bytes.length;
            }
            fetched.release();
          }
          if (number + 1 < packs.length && (await options.giveWay?.())) {
            next = id;
            break;
          }
        }
      } finally {
        await pool.close();
      }
      if (failed.size > 0) errors.push(...(await namesOf(repository, index, tree, failed)));
      return { errors, bytesRead, next };
    },
  );
}

interface ChosenPack {
  id: string;
  blobs: { id: string; offset: number; bytes: number }[];
}

/** By their ids, so that a check that gave way finds its place again. */
function chosenPacks(
  index: RepositoryIndex,
  used: Uint8Array,
  { readData, after }: SnapshotCheckOptions,
): ChosenPack[] {
  const packs = new Map<number, ChosenPack>();
  let bytes = 0;
  for (const [entry, isUsed] of used.entries()) {
    if (isUsed === 0) continue;
    const { id, offset, length } = index.place("data", entry);
    const pack = index.tables.data.pack(entry);
    const chosen = packs.get(pack) ?? { id: index.packId(pack), blobs: [] };
    chosen.blobs.push({ id: id.toString("hex"), offset, bytes: index.plainLength("data", entry) });
    packs.set(pack, chosen);
    bytes += length;
  }
  const of = readData === "all" ? 1 : Math.max(1, Math.min(MOST_SHARES, Math.ceil(bytes / readData.atMost)));
  const turn = readData === "all" ? 0 : readData.turn % of;
  return [...packs.values()]
    .filter(({ id }) => Number.parseInt(id.slice(0, 2), 16) % of === turn && (after === undefined || id > after))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function* batchesOf(blobs: ChosenPack["blobs"]): Generator<Set<string>> {
  let batch = new Set<string>();
  let bytes = 0;
  for (const blob of blobs.sort((a, b) => a.offset - b.offset)) {
    if (batch.size >= BATCH_BLOBS || bytes >= BATCH_BYTES) {
      yield batch;
      batch = new Set();
      bytes = 0;
    }
    batch.add(blob.id);
    bytes += blob.bytes;
  }
  if (batch.size > 0) yield batch;
}

async function namesOf(
  repository: Repository,
  index: RepositoryIndex,
  tree: string,
  failed: ReadonlyMap<string, string>,
): Promise<string[]> {
  const errors: string[] = [];
  // What cannot be walked through was reported before.
  const onRefused = (): void => {};
  for await (const { path, node } of walkTree(new TreeReader(repository, index), tree, { onRefused })) {
    const blob = node.content?.find((id) => failed.has(id));
    if (blob === undefined) continue;
    errors.push(`The file "/${path}" cannot be read: ${failed.get(blob)}`);
    if (errors.length >= NAMED) break;
  }
  return errors;
}
