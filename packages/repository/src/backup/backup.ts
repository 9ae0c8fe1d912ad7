import { listDocuments, listPacks } from "../format/files.ts";
import { packKey } from "../format/ids.ts";
import { readHeader } from "../format/pack.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { WorkerPool } from "../workers/pool.ts";
import { IndexWriter } from "./index-writer.ts";
import { type BackupOptions, BackupSession } from "./session.ts";

/**
 * Runs a backup: takes a shared lock, brings the index up to date, adopts packs that a killed backup left behind, and gives `work` a
 * session to add files and folders with. Nothing is deleted or changed, and until `work` saves a snapshot nothing is visible: stopped at
 * any instant, the repository is as good as before.
 */
export async function backup<T>(
  repository: Repository,
  options: BackupOptions,
  work: (session: BackupSession) => Promise<T>,
): Promise<T> {
  repository.checkWritable();
  return repository.withLock({ exclusive: false, signal: options.signal }, async (signal) => {
    // Snapshots before the index, the index before the packs: each names only what was stored before it.
    const snapshots = new Set(await listDocuments(repository.store, "snapshots"));
    const index = await repository.index();
    const indexWriter = new IndexWriter(repository, index);
    const missing = await reconcile(repository, index, indexWriter);
    let session: BackupSession | null = null;
    const pool = new WorkerPool(repository.workerSettings, {
      size: options.workers,
      storePack: async (pack) => {
        await repository.store.put(packKey(pack.id), Buffer.from(pack.buffer, 0, pack.size));
        session?.packStored(pack);
      },
    });
    session = new BackupSession({ repository, index, missing, indexWriter, pool, snapshots, options, signal });
    const stop = (): void => session?.fail(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      return await session.race(work(session));
    } catch (error) {
      throw session.failure ?? error;
    } finally {
      signal.removeEventListener("abort", stop);
      await pool.close();
    }
  });
}

/**
 * Makes the index and the store agree: packs without an index are read and indexed. Returns the numbers of the packs that are gone, whose
 * blobs count as absent in this backup; other jobs that read the same index are told nothing.
 */
async function reconcile(
  repository: Repository,
  index: RepositoryIndex,
  indexWriter: IndexWriter,
): Promise<ReadonlySet<number>> {
  const { store, cipher } = repository;
  // Packs that another backup stores from here on may not be in the list.
  const count = index.packCount;
  const packs = await listPacks(store);
  const missing = new Set<number>();
  for (let pack = 0; pack < count; pack++) {
    if (!packs.has(index.packId(pack))) missing.add(pack);
  }
  let found = false;
  for (const [id, size] of packs) {
    if (index.hasPack(id)) continue;
    // A pack that cannot be read is left for `check` to report.
    const blobs = await readHeader(store, cipher, id, size).catch(() => null);
    if (blobs === null) continue;
    indexWriter.add({ id, blobs });
    found = true;
  }
  if (found) await indexWriter.flush();
  return missing;
}
