import { loadConfig } from "../format/config.ts";
import { listDocuments, listPacks } from "../format/files.ts";
import { packKey } from "../format/ids.ts";
import { checkKeys } from "../format/keys.ts";
import { loadSnapshot } from "../format/snapshot.ts";
import { loadIndexFiles } from "../index/index-files.ts";
import { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { type ReadOptions, readPacks } from "./read-packs.ts";
import { findUsedBlobs } from "./used-blobs.ts";

export interface CheckOptions extends ReadOptions {
  /**
   * Which packs are read and checked byte by byte: none, all, or the share `part` (from 1) of `of`. A pack belongs to the same share each
   * time, as with restic's `--read-data-subset=n/t`.
   */
  readData?: "none" | "all" | { part: number; of: number };
}

export interface CheckReport {
  /** What is damaged or missing, as sentences. None: the repository is whole, as far as it was read. */
  errors: string[];
  /** What is untidy and harmless; prune removes it. */
  hints: string[];
  snapshots: number;
  packs: number;
  packsRead: number;
  bytesRead: number;
}

/** Reads a repository against itself. Takes a shared lock: backups may run, prune may not. Changes nothing. */
export async function check(repository: Repository, options: CheckOptions = {}): Promise<CheckReport> {
  return repository.withLock({ exclusive: false, signal: options.signal }, (signal) =>
    checkUnlocked(repository, { ...options, signal }),
  );
}

async function checkUnlocked(repository: Repository, options: CheckOptions): Promise<CheckReport> {
  const { store, cipher } = repository;
  const errors: string[] = [];
  const hints: string[] = [];
  // That the repository is open says that one key and the config were whole when it was opened.
  await checkKeys(store, (id, error) => errors.push(`The key ${id} cannot be read: ${error.message}`));
  await loadConfig(store, cipher).catch((error: Error) => errors.push(`The config cannot be read: ${error.message}`));
  const snapshotIds = await listDocuments(store, "snapshots");
  const roots: string[] = [];
  for (const id of snapshotIds) {
    await loadSnapshot(store, cipher, id).then(
      ({ tree }) => roots.push(tree),
      (error: Error) => errors.push(`The snapshot ${id} cannot be read: ${error.message}`),
    );
  }
  const index = new RepositoryIndex();
  await loadIndexFiles(store, cipher, index, await listDocuments(store, "index"), (id, error) => {
    errors.push(`The index ${id} cannot be read: ${(error as Error).message}`);
  });
  const packs = await listPacks(store);
  comparePacks(index, packs, errors, hints);
  const report = (text: string): void => void errors.push(text);
  await findUsedBlobs(repository, index, roots, { signal: options.signal, onProblem: report, onOddity: report });
  const chosen = choosePacks(index, packs, options.readData ?? "none");
  const bytesRead = await readPacks(repository, index, chosen, errors, options);
  return {
    errors,
    hints,
    snapshots: snapshotIds.length,
    packs: packs.size,
    packsRead: chosen.length,
    bytesRead,
  };
}

function comparePacks(index: RepositoryIndex, packs: Map<string, number>, errors: string[], hints: string[]): void {
  for (let pack = 0; pack < index.packCount; pack++) {
    const id = index.packId(pack);
    const size = packs.get(id);
    if (size === undefined) {
      index.markMissing(pack);
      errors.push(`The pack ${packKey(id)} is missing.`);
    } else if (size !== index.packSize(pack)) {
      errors.push(`The pack ${packKey(id)} has ${size} bytes where the index says ${index.packSize(pack)}.`);
    }
  }
  for (const id of packs.keys()) {
    if (!index.hasPack(id)) hints.push(`The pack ${packKey(id)} is in no index: an interrupted backup left it.`);
  }
}

function choosePacks(
  index: RepositoryIndex,
  packs: Map<string, number>,
  share: "none" | "all" | { part: number; of: number },
): number[] {
  if (share === "none") return [];
  const chosen: number[] = [];
  for (let pack = 0; pack < index.packCount; pack++) {
    const id = index.packId(pack);
    const inShare = share === "all" || Number.parseInt(id.slice(0, 2), 16) % share.of === share.part - 1;
    if (inShare && packs.has(id)) chosen.push(pack);
  }
  return chosen;
}
