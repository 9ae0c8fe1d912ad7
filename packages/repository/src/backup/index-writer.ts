import type { IndexedPack } from "../format/pack.ts";
import { BLOBS_PER_FILE, saveIndexFile } from "../index/index-files.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";

/** A crash loses no pack, but finding it again costs a read: so index files are written while a backup runs. */
const PACKS_PER_FILE = 128;
const INTERVAL_MS = 2 * 60_000;

/** Gathers stored packs and writes them into index files, which only then makes them known to others. */
export class IndexWriter {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  #packs: IndexedPack[] = [];
  #blobs = 0;
  #since = Date.now();
  #writing = Promise.resolve();

  /** @param index that the session has: it learns of each file as it is stored. */
  constructor(repository: Repository, index: RepositoryIndex) {
    this.#repository = repository;
    this.#index = index;
  }

  /** @param pack In the store, durably. */
  add(pack: IndexedPack): void {
    this.#packs.push(pack);
    this.#blobs += pack.blobs.length;
    const due = Date.now() - this.#since > INTERVAL_MS;
    if (this.#blobs >= BLOBS_PER_FILE || this.#packs.length >= PACKS_PER_FILE || due) {
      // What goes wrong here comes to light in `flush`.
      this.#write().catch(() => {});
    }
  }

  /** Resolves when every pack that was added is in an index file. */
  async flush(): Promise<void> {
    await this.#write();
  }

  #write(): Promise<void> {
    const packs = this.#packs;
    this.#packs = [];
    this.#blobs = 0;
    this.#since = Date.now();
    this.#writing = this.#writing.then(async () => {
      if (packs.length === 0) return;
      const id = await saveIndexFile(this.#repository.store, this.#repository.cipher, packs);
      this.#index.addFile(id, packs);
    });
    return this.#writing;
  }
}
