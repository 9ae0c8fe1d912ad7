import os from "node:os";
import { sha256 } from "../crypto/cipher.ts";
import { RepositoryError } from "../errors.ts";
import { ID_BYTES } from "../format/ids.ts";
import { type BlobType, parseHeader } from "../format/pack.ts";
import { type Snapshot, type SnapshotSummary, saveSnapshot } from "../format/snapshot.ts";
import { TreeBuilder, type TreeNode } from "../format/tree.ts";
import { BlobTable } from "../index/blob-table.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { Semaphore } from "../semaphore.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { ChunkAnswer, FinishedPack } from "../workers/protocol.ts";
import type { IndexWriter } from "./index-writer.ts";
import { type Part, PartPacker } from "./part-packer.ts";
import { noStats, type SessionStats, summaryOf } from "./session-stats.ts";
import { TreePacker } from "./tree-packer.ts";

export interface BackupProgress {
  /** Files whose contents are known to be in the repository or on their way. */
  files: number;
  /** Bytes of these files, whether they had to be read or not. */
  bytes: number;
  /** Plaintext bytes that the repository did not have. */
  newBytes: number;
}

/** Which chunks a part with a known key has. What it answers is checked against the index: it may be out of date, but never wrong. */
export interface PartCache {
  get(key: string): string[] | undefined | Promise<string[] | undefined>;
  set(key: string, chunks: string[]): unknown;
}

export interface BackupOptions {
  signal?: AbortSignal;
  cache?: PartCache;
  onProgress?(progress: BackupProgress): void;
  /** Worker threads; by default one a processor, at most four. */
  workers?: number;
}

export interface FileContent {
  /** Ids of the data blobs. */
  content: string[];
  /** Bytes. */
  size: number;
}

type NodeFields = Pick<TreeNode, "name" | "mtime" | "mode" | "uid" | "gid" | "user" | "group">;
/** What a folder consists of: files by their parts or by contents known already, folders by their trees. */
export type FolderEntry = NodeFields &
  ({ parts: Iterable<Part> | AsyncIterable<Part> } | { file: FileContent } | { tree: string });

export type NewSnapshot = Pick<Snapshot, "tree" | "paths"> &
  Partial<Pick<Snapshot, "time" | "hostname" | "username" | "tags" | "parent" | "original" | "programVersion">> & {
    /** Overrides what the session has counted itself. */
    summary?: Partial<SnapshotSummary>;
  };

const FILES_AT_ONCE = 512;
/** Of one file. */
const PARTS_AT_ONCE = 4;

interface SessionParts {
  repository: Repository;
  index: RepositoryIndex;
  /** Packs of the index that are not in the store. */
  missing: ReadonlySet<number>;
  indexWriter: IndexWriter;
  pool: WorkerPool;
  /** Ids of the snapshots that existed at the start. */
  snapshots: ReadonlySet<string>;
  options: BackupOptions;
  signal: AbortSignal;
}

/** A backup under way. All its methods may be called many times at once; what waits, waits for room. */
export class BackupSession {
  readonly #parts: SessionParts;
  readonly #partPacker: PartPacker;
  readonly #treePacker: TreePacker;
  /** Blobs that this session has given to the workers. */
  readonly #given = { data: new BlobTable(), tree: new BlobTable() };
  readonly #stats: SessionStats = noStats();
  readonly #room = new Semaphore(FILES_AT_ONCE);
  readonly #started = new Date();
  readonly #failed = Promise.withResolvers<never>();
  #failure: Error | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const onFailure = (error: unknown): void => this.fail(error);
    this.#partPacker = new PartPacker(parts.pool, (chunks) => this.#choose(chunks), onFailure);
    this.#treePacker = new TreePacker(parts.pool, onFailure);
    this.#failed.promise.catch(() => {});
  }

  get failure(): Error | null {
    return this.#failure;
  }

  get progress(): BackupProgress {
    const { files, bytes, newBytes } = this.#stats;
    return { files, bytes, newBytes };
  }

  /** Adds a file's bytes, part by part. Parts whose chunks are remembered and in the repository are not read. */
  async addFile(parts: Iterable<Part> | AsyncIterable<Part>): Promise<FileContent> {
    const pending: Promise<string[]>[] = [];
    let size = 0;
    for await (const part of parts) {
      this.#check();
      size += part.size;
      const added = this.#addPart(part);
      added.catch(() => {});
      pending.push(added);
      // A source may hold its parts in memory: it is not asked for many more than can be worked on.
      await pending[pending.length - PARTS_AT_ONCE];
    }
    const chunks = await Promise.all(pending);
    this.#stats.files++;
    this.#stats.bytes += size;
    this.#report();
    return { content: chunks.flat(), size };
  }

  /** Counts a file that needs no look at all, so that progress and summary tell the truth. */
  countUnchanged(files: number, bytes: number): void {
    this.#stats.files += files;
    this.#stats.bytes += bytes;
    this.#report();
  }

  /**
   * Stores a folder with all its entries, which may come in any order. Returns its tree's id. Small folders are best written many at once:
   * the workers then never wait for the last file of one.
   */
  async writeFolder(entries: Iterable<FolderEntry> | AsyncIterable<FolderEntry>): Promise<string> {
    const builder = new TreeBuilder();
    const pending = new Set<Promise<void>>();
    for await (const entry of entries) {
      this.#check();
      if ("tree" in entry) {
        builder.add({ ...fieldsOf(entry), type: "dir", subtree: this.#knownTree(entry.tree) });
      } else if ("file" in entry) {
        builder.add({ ...fieldsOf(entry), type: "file", ...entry.file });
      } else {
        await this.#room.enter();
        const added = this.addFile(entry.parts)
          .then((file) => builder.add({ ...fieldsOf(entry), type: "file", ...file }))
          .finally(() => {
            this.#room.leave();
            pending.delete(added);
          });
        added.catch(() => {});
        pending.add(added);
      }
    }
    await Promise.all(pending);
    return this.saveTree(builder);
  }

  /** Stores a folder's tree that the caller has built; everything that it names must have been added. Returns its id. */
  async saveTree(builder: TreeBuilder): Promise<string> {
    this.#check();
    this.#stats.folders++;
    const bytes = builder.finish();
    const id = sha256(bytes);
    if (this.#isNew("tree", id, 0)) {
      this.#stats.treeBlobs++;
      this.#stats.newBytes += bytes.length;
      await this.#treePacker.add(id, bytes);
    }
    return id.toString("hex");
  }

  /**
   * Whether a folder that did not change can keep its tree: only where a snapshot that holds it is still there, because then all that it
   * names is there too. That the tree belongs to the snapshot is the caller's word.
   */
  canReuseTree(tree: string, snapshot: string): boolean {
    return this.#parts.snapshots.has(snapshot) && this.#has("tree", Buffer.from(tree, "hex"));
  }

  /** Makes all that was added durable, then the index, then the snapshot. Returns its id. */
  async saveSnapshot(snapshot: NewSnapshot): Promise<string> {
    const { repository, indexWriter, pool, signal } = this.#parts;
    await this.#partPacker.settle();
    await this.#treePacker.settle();
    await pool.flush();
    await indexWriter.flush();
    this.#check();
    if (!this.#has("tree", Buffer.from(snapshot.tree, "hex"))) {
      throw new RepositoryError("invalid", `The tree ${snapshot.tree} of the snapshot is not in the repository.`);
    }
    signal.throwIfAborted();
    const { summary, ...rest } = snapshot;
    return saveSnapshot(repository.store, repository.cipher, {
      time: new Date(),
      hostname: os.hostname(),
      username: "holdfast",
      ...rest,
      summary: { ...summaryOf(this.#stats, this.#started), ...summary },
    });
  }

  /** For the engine: ends the session. */
  fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#partPacker.fail(this.#failure);
    this.#failed.reject(this.#failure);
  }

  /** For the engine: `work`, or the failure that comes before its end. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failed.promise]);
  }

  /** For the engine. */
  packStored(pack: FinishedPack): void {
    this.#stats.packedBytes += pack.size;
    this.#parts.indexWriter.add({ id: pack.id, blobs: parseHeader(Buffer.from(pack.header)) });
  }

  async #addPart(part: Part): Promise<string[]> {
    const { cache } = this.#parts.options;
    if (part.key === undefined || cache === undefined) return this.#partPacker.add(part);
    const known = await cache.get(part.key);
    if (known !== undefined && this.#holds(known)) return known;
    const chunks = await this.#partPacker.add(part);
    await cache.set(part.key, chunks);
    return chunks;
  }

  #holds(chunks: readonly string[]): boolean {
    return chunks.every((chunk) => {
      const id = Buffer.from(chunk, "hex");
      return id.length === ID_BYTES && (this.#given.data.find(id, 0) >= 0 || this.#has("data", id));
    });
  }

  #knownTree(tree: string): string {
    const id = Buffer.from(tree, "hex");
    if (id.length === ID_BYTES && (this.#given.tree.find(id, 0) >= 0 || this.#has("tree", id))) return tree;
    throw new RepositoryError("invalid", `The tree "${tree}" of a folder is not in the repository.`);
  }

  #choose(chunks: ChunkAnswer): Uint8Array {
    const wanted = new Uint8Array(chunks.lengths.length);
    for (let i = 0; i < wanted.length; i++) {
      if (!this.#isNew("data", chunks.ids, i * ID_BYTES)) continue;
      wanted[i] = 1;
      this.#stats.dataBlobs++;
      this.#stats.newBytes += chunks.lengths[i] as number;
    }
    this.#report();
    return wanted;
  }

  /** Whether a blob is in the repository. */
  #has(type: BlobType, id: Uint8Array, at = 0): boolean {
    return this.#parts.index.find(type, id, at, this.#parts.missing) >= 0;
  }

  /** True once for every blob that the repository does not have. */
  #isNew(type: BlobType, ids: Uint8Array, at: number): boolean {
    if (this.#has(type, ids, at) || this.#given[type].find(ids, at) >= 0) return false;
    this.#given[type].add(ids, at, 0, 0, 0, 0);
    return true;
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #report(): void {
    this.#parts.options.onProgress?.(this.progress);
  }
}

function fieldsOf({ name, mtime, mode, uid, gid, user, group }: NodeFields): NodeFields {
  return { name, mtime, mode, uid, gid, user, group };
}
