import { readObject } from "@holdfast/storage";
import { openBlob } from "../format/blob.ts";
import { decodeTree } from "../format/decode-tree.ts";
import { packKey } from "../format/ids.ts";
import type { TreeNode } from "../format/tree.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { readBlob } from "./blob-reader.ts";

const WINDOW = 1024 * 1024;
const WINDOWS_KEPT = 32;

/** Reads trees. Those of one backup lie beside each other, so whole windows of a pack are read and kept (at most 32 MiB). */
export class TreeReader {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #windows = new Map<string, Promise<Buffer>>();

  constructor(repository: Repository, index: RepositoryIndex) {
    this.#repository = repository;
    this.#index = index;
  }

  /** The entries of a folder, without what can be none. */
  async load(id: string): Promise<TreeNode[]> {
    return (await this.loadAll(id)).filter(({ refused }) => refused === undefined);
  }

  /** Refused nodes too, for whoever reports them or keeps their data. */
  async loadAll(id: string): Promise<TreeNode[]> {
    return decodeTree((await this.#fromWindow(id)) ?? (await readBlob(this.#repository, this.#index, "tree", id)));
  }

  /** Null where the blob crosses the edge of a window, or anything is wrong: the exact read then tells. */
  async #fromWindow(id: string): Promise<Buffer | null> {
    const bytes = Buffer.from(id, "hex");
    const entry = this.#index.find("tree", bytes);
    if (entry < 0) return null;
    const { offset, length, rawLength } = this.#index.place("tree", entry);
    const number = Math.floor(offset / WINDOW);
    if (Math.floor((offset + length - 1) / WINDOW) !== number) return null;
    try {
      const window = await this.#window(this.#index.tables.tree.pack(entry), number);
      const start = offset - number * WINDOW;
      return openBlob(this.#repository.cipher, bytes, window.subarray(start, start + length), rawLength);
    } catch {
      return null;
    }
  }

  #window(pack: number, number: number): Promise<Buffer> {
    const name = `${pack} ${number}`;
    const known = this.#windows.get(name);
    if (known !== undefined) return known;
    const start = number * WINDOW;
    const end = Math.min(start + WINDOW, this.#index.packSize(pack));
    const window = readObject(this.#repository.store, packKey(this.#index.packId(pack)), { start, end });
    this.#windows.set(name, window);
    window.catch(() => this.#windows.delete(name));
    if (this.#windows.size > WINDOWS_KEPT) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return window;
  }
}
