import { damaged } from "../errors.ts";
import type { Repository } from "../repository.ts";
import { WorkerPool } from "../workers/pool.ts";
import { type BatchFile, planBatches } from "./batches.ts";
import { BatchFetcher, type FetchedBatch } from "./fetch-batch.ts";
import type { RestoreSink } from "./sink.ts";
import { TreeReader } from "./tree-reader.ts";
import { findNode } from "./walk.ts";

export interface RestoreProgress {
  /** Files that are closed. */
  files: number;
  /** Bytes that the sinks have taken. */
  bytes: number;
}

export interface RestoreOptions {
  /** Of a folder or a file in the snapshot. Default: everything. */
  path?: string;
  signal?: AbortSignal;
  onProgress?(progress: RestoreProgress): void;
  /**
   * For a file whose data is damaged, a folder that cannot be read, and (with the folder's path) an entry that can be none; the others go
   * on. Without it, the first one ends the restore.
   */
  onDamage?(path: string, error: Error): void;
  /** A snapshot that unfolds into more entries is refused on the way. */
  mostEntries?: number;
  workers?: number;
}

const BATCHES_AHEAD = 5;
const FILES_AT_ONCE = 16;

/**
 * Restores a snapshot's tree, or a part of it, into a sink. Every blob is checked against its id before a byte of it is handed on. Takes a
 * shared lock: no prune removes meanwhile what is still to be read.
 */
export async function restore(
  repository: Repository,
  tree: string,
  sink: RestoreSink,
  options: RestoreOptions = {},
): Promise<RestoreProgress> {
  return repository.withLock({ exclusive: false, signal: options.signal }, (signal) =>
    restoreLocked(repository, tree, sink, { ...options, signal }),
  );
}

async function restoreLocked(
  repository: Repository,
  tree: string,
  sink: RestoreSink,
  options: RestoreOptions,
): Promise<RestoreProgress> {
  const { path = "", signal, mostEntries } = options;
  const onRefused =
    options.onDamage ??
    ((folder: string, error: Error): void => {
      throw damaged(`In the folder "/${folder}": ${error.message}`, error);
    });
  const index = await repository.index();
  const trees = new TreeReader(repository, index);
  const node = await findNode(trees, tree, path);
  const pool = new WorkerPool(repository.workerSettings, { size: options.workers });
  const fetcher = new BatchFetcher(repository, index, pool);
  const progress: RestoreProgress = { files: 0, bytes: 0 };
  const ahead: Promise<FetchedBatch>[] = [];
  const deliverNext = async (): Promise<void> => {
    const batch = await ahead.shift();
    if (batch === undefined) return;
    await deliver(batch, progress, options);
    batch.release();
  };
  try {
    for await (const batch of planBatches(index, trees, node, sink, {
      onRefused,
      ...(mostEntries === undefined ? {} : { mostEntries }),
    })) {
      signal?.throwIfAborted();
      const fetched = fetcher.fetch(batch);
      fetched.catch(() => {});
      ahead.push(fetched);
      if (ahead.length > BATCHES_AHEAD) await deliverNext();
    }
    while (ahead.length > 0) {
      signal?.throwIfAborted();
      await deliverNext();
    }
    return progress;
  } catch (error) {
    await abortOpenFiles(await Promise.allSettled(ahead), error);
    throw error;
  } finally {
    await pool.close();
  }
}

async function deliver(batch: FetchedBatch, progress: RestoreProgress, options: RestoreOptions): Promise<void> {
  const { files, blobs } = batch;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) {
      await deliverFile(file, blobs, progress, options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(FILES_AT_ONCE, files.length) }, worker));
  options.onProgress?.({ ...progress });
}

async function deliverFile(
  file: BatchFile,
  blobs: FetchedBatch["blobs"],
  progress: RestoreProgress,
  options: RestoreOptions,
): Promise<void> {
  const { sink, state } = file;
  if (state.failed) return;
  try {
    for (const id of file.content) {
      const blob = blobs.get(id);
      if (blob === undefined || blob instanceof Error) throw blob ?? new Error(`The blob ${id} was not read.`);
      const written = sink.write(blob);
      if (written !== undefined) await written;
      progress.bytes += blob.length;
    }
    if (!file.last) return;
    const closed = sink.close();
    if (closed !== undefined) await closed;
    state.closed = true;
    progress.files++;
  } catch (error) {
    state.failed = true;
    await sink.abort(error);
    const known = file.content.some((id) => blobs.get(id) === error);
    if (!known || options.onDamage === undefined) throw error;
    options.onDamage(file.path, error as Error);
  }
}

async function abortOpenFiles(batches: PromiseSettledResult<FetchedBatch>[], error: unknown): Promise<void> {
  for (const batch of batches) {
    if (batch.status === "rejected") continue;
    for (const { sink, state } of batch.value.files) {
      if (state.closed || state.failed) continue;
      state.failed = true;
      await sink.abort(error);
    }
  }
}
