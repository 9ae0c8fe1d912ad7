import fs from "node:fs";
import path from "node:path";
import { ObjectNotFound, StorageError } from "../errors.ts";
import { checkKey, checkPrefix } from "../object-key.ts";
import type {
  ByteRange,
  Leftovers,
  ObjectInfo,
  ObjectStore,
  OnOpen,
  ProbeResult,
  Sink,
  Spool,
} from "../object-store.ts";
import { tryOut } from "../probe.ts";
import { checkRangeShape } from "../range.ts";
import { codeOf } from "./file-calls.ts";
import { fileError } from "./file-errors.ts";
import { LocalFolders, type RootMark } from "./local-folders.ts";
import { readFile } from "./local-read.ts";
import { folderOf, LIFETIME_MS, LocalSpool, staleFiles, TEMPORARY_FOLDER, TemporaryFile } from "./local-write.ts";

export interface LocalStoreOptions {
  root: string;
  /** By which the root is known when it comes back from somewhere. Its file is the caller's, and begins with a dot. */
  mark?: RootMark;
  /** A file that has to be there before a missing root is made: it lies in the folder that the root belongs to. */
  anchor?: string;
}

/**
 * Objects as files below `root`, each under its key as path. `root` is made if it is missing, and never again later: a store whose root is
 * gone, or has another folder in its place, is unavailable until the same one is back. A put is: temporary file in `<root>/.tmp`,
 * flush, rename, flush of the folder. No symbolic link below the root is ever followed.
 */
export async function createLocalStore(options: LocalStoreOptions): Promise<ObjectStore> {
  const root = path.resolve(options.root);
  if (options.anchor !== undefined && !fs.existsSync(root) && !fs.existsSync(options.anchor)) {
    throw new StorageError("unavailable", `The folder ${path.dirname(options.anchor)} is gone: is its disk connected?`);
  }
  const store = new LocalStore(root, options.mark ?? null);
  await store.open();
  return store;
}

class LocalStore implements ObjectStore {
  readonly #root: string;
  readonly #folders: LocalFolders;

  constructor(root: string, mark: RootMark | null) {
    this.#root = root;
    this.#folders = new LocalFolders(root, mark);
  }

  async open(): Promise<void> {
    try {
      await this.#folders.ensure(TEMPORARY_FOLDER);
      await staleFiles(this.#root, { olderThanMs: LIFETIME_MS, remove: true });
    } catch (error) {
      throw fileError(error, `use the folder ${this.#root}`);
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkKey(key);
    let file: TemporaryFile | null = null;
    try {
      file = await TemporaryFile.create(this.#root, this.#folders);
      await file.write(bytes, 0);
      await file.publish(key);
    } catch (error) {
      await file?.remove();
      throw fileError(error, `store "${key}"`);
    }
  }

  async spool(): Promise<Spool> {
    try {
      return new LocalSpool(await TemporaryFile.create(this.#root, this.#folders));
    } catch (error) {
      throw fileError(error, "begin a new object");
    }
  }

  async get(key: string, sink: Sink, range?: ByteRange, onOpen?: OnOpen): Promise<void> {
    checkKey(key);
    if (range !== undefined) checkRangeShape(range);
    let isCallers = false;
    const guarded: Sink = async (chunk) => {
      try {
        await sink(chunk);
      } catch (error) {
        isCallers = true;
        throw error;
      }
    };
    const opened: OnOpen = (object) => {
      try {
        onOpen?.(object);
      } catch (error) {
        isCallers = true;
        throw error;
      }
    };
    try {
      await this.#folders.check(folderOf(key));
      await readFile(this.#path(key), guarded, range, opened);
    } catch (error) {
      if (isCallers) throw error;
      if (codeOf(error) === "ENOENT") await this.#folders.confirmRoot();
      throw codeOf(error) === "ENOENT" ? new ObjectNotFound(key) : fileError(error, `read "${key}"`);
    }
  }

  async head(key: string): Promise<ObjectInfo | null> {
    checkKey(key);
    try {
      await this.#folders.check(folderOf(key));
      const stat = await fs.promises.lstat(this.#path(key));
      return stat.isFile() ? { key, size: stat.size, modifiedAt: stat.mtime } : null;
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw fileError(error, `look at "${key}"`);
      await this.#folders.confirmRoot();
      return null;
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    const changed = new Set<string>();
    for (const key of keys) {
      try {
        await this.#folders.check(folderOf(key));
        await fs.promises.unlink(this.#path(key));
        changed.add(folderOf(key));
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw fileError(error, `delete "${key}"`);
        await this.#folders.confirmRoot();
      }
    }
    // Whoever deletes A and then B relies on A being gone when B is: an index goes before its packs.
    for (const folder of changed) {
      await this.#folders.flush(folder).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw fileError(error, "delete objects");
      });
    }
  }

  async move(from: string, to: string): Promise<void> {
    for (const key of [from, to]) checkKey(key);
    try {
      await this.#folders.check(folderOf(from));
      await fs.promises.lstat(this.#path(from));
      await this.#folders.ensure(folderOf(to));
      await fs.promises.rename(this.#path(from), this.#path(to));
      // First where it is, then where it was: a power cut in between leaves it under both.
      await this.#folders.flush(folderOf(to));
      await this.#folders.flush(folderOf(from));
    } catch (error) {
      throw codeOf(error) === "ENOENT" ? new ObjectNotFound(from) : fileError(error, `move "${from}"`);
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    const folder = prefix.slice(0, -1);
    try {
      await this.#folders.check(folder);
      yield* this.#listFolder(folder);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw fileError(error, `list "${prefix}"`);
    }
    // Whoever concludes from a listing that something is missing must have seen the right folder, up to its end.
    await this.#folders.confirmRoot();
  }

  async *#listFolder(folder: string): AsyncGenerator<ObjectInfo> {
    const entries = await fs.promises.readdir(path.join(this.#root, folder), { withFileTypes: true });
    for (const entry of entries) {
      const key = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) {
        yield* this.#listFolder(key);
      } else if (entry.isFile()) {
        const stat = await fs.promises.lstat(path.join(this.#root, key)).catch((error: unknown) => {
          if (codeOf(error) === "ENOENT") return null;
          throw error;
        });
        if (stat !== null) yield { key, size: stat.size, modifiedAt: stat.mtime };
      }
    }
  }

  async leftovers(options: { olderThanMs: number; remove: boolean }): Promise<Leftovers> {
    try {
      return await staleFiles(this.#root, options);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return { count: 0, bytes: 0 };
      throw fileError(error, "look for temporary files");
    }
  }

  async probe(): Promise<ProbeResult> {
    await tryOut(this, `The folder ${this.#root}`);
    const { bavail, bsize } = await fs.promises.statfs(this.#root);
    return { freeBytes: bavail * bsize };
  }

  async close(): Promise<void> {
    await this.#folders.forget();
  }

  #path(key: string): string {
    return path.join(this.#root, key);
  }
}
