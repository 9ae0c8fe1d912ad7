import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { StorageError } from "../errors.ts";
import { checkKey } from "../object-key.ts";
import type { Leftovers, Spool } from "../object-store.ts";
import { close, codeOf, datasync, open, rename, write } from "./file-calls.ts";
import { fileError } from "./file-errors.ts";
import type { LocalFolders } from "./local-folders.ts";
import { checkSpoolSize } from "./memory-spool.ts";

export const TEMPORARY_FOLDER = ".tmp";
const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = fs.constants;
const FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
/** Longer than anybody writes to one without a pause. */
export const LIFETIME_MS = 24 * 60 * 60 * 1000;

const process_ = randomBytes(8).toString("hex");
let counter = 0;

/** A file in the temporary folder of a root, on its way to a name. */
export class TemporaryFile {
  readonly #root: string;
  readonly #folders: LocalFolders;
  readonly #path: string;
  readonly #fd: number;
  #closed: Promise<void> | null = null;

  private constructor(root: string, folders: LocalFolders, temporaryPath: string, fd: number) {
    this.#root = root;
    this.#folders = folders;
    this.#path = temporaryPath;
    this.#fd = fd;
  }

  static async create(root: string, folders: LocalFolders): Promise<TemporaryFile> {
    const name = path.join(root, TEMPORARY_FOLDER, `${process_}-${++counter}`);
    for (let attempt = 0; ; attempt++) {
      try {
        return new TemporaryFile(root, folders, name, await open(name, FLAGS, 0o600));
      } catch (error) {
        if (codeOf(error) !== "ENOENT" || attempt > 0) throw error;
        await folders.forget();
        await folders.ensure(TEMPORARY_FOLDER);
      }
    }
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return bytes.length === 0 ? Promise.resolve() : write(this.#fd, bytes, position);
  }

  /**
   * Flush the bytes, then give them their name, then flush the name: in this order, or a power cut leaves a name without bytes.
   * No name before `before` is fulfilled.
   */
  async publish(key: string, before: Promise<unknown> = Promise.resolve()): Promise<void> {
    const folder = folderOf(key);
    const ready = [datasync(this.#fd), this.#folders.ensure(folder), before];
    // Whatever fails first, the file is closed only when nothing is at work with it any more.
    await Promise.allSettled(ready);
    await Promise.all(ready);
    // The bytes are durable: closing says nothing more. Only Windows does not rename what is open.
    const closed = this.#close();
    if (process.platform === "win32") await closed;
    await rename(this.#path, path.join(this.#root, key)).catch(async (error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
      // Somebody removed the folder, or one above it.
      await this.#folders.forget();
      await this.#folders.ensure(folder);
      await rename(this.#path, path.join(this.#root, key));
    });
    await this.#folders.flush(folder);
  }

  /** Once: soon after, the same number may be another file's. */
  #close(): Promise<void> {
    this.#closed ??= close(this.#fd).catch(() => {});
    return this.#closed;
  }

  async remove(): Promise<void> {
    await this.#close();
    await fs.promises.unlink(this.#path).catch(() => {});
  }
}

/** "" for a key that lies in the root. */
export function folderOf(key: string): string {
  const slash = key.lastIndexOf("/");
  return slash < 0 ? "" : key.slice(0, slash);
}

export class LocalSpool implements Spool {
  readonly #file: TemporaryFile;
  #size = 0;
  #state: "open" | "committed" | "discarded" = "open";

  constructor(file: TemporaryFile) {
    this.#file = file;
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    checkSpoolSize(this.#size + bytes.length);
    try {
      await this.#file.write(bytes, this.#size);
    } catch (error) {
      throw fileError(error, "write a new object");
    }
    this.#size += bytes.length;
  }

  async commit(key: string, before?: Promise<unknown>): Promise<void> {
    checkKey(key);
    if (this.#state !== "open") throw new Error("A spool can be committed once.");
    this.#state = "committed";
    try {
      await this.#file.publish(key, before);
    } catch (error) {
      await this.#file.remove();
      const known = fileError(error, `store "${key}"`);
      // After a failed flush nobody knows which bytes reached the disk: the caller has to write them again.
      throw known instanceof StorageError
        ? new StorageError(known.code, known.message, { cause: known.cause, retryable: false })
        : known;
    }
  }

  async discard(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "discarded";
    await this.#file.remove();
  }
}

/** Temporary files that a crash left behind. Younger ones may belong to another process that is at work. */
export async function staleFiles(
  root: string,
  { olderThanMs, remove }: { olderThanMs: number; remove: boolean },
): Promise<Leftovers> {
  const found = { count: 0, bytes: 0 };
  const folder = path.join(root, TEMPORARY_FOLDER);
  const oldest = Date.now() - olderThanMs;
  for await (const { name } of await fs.promises.opendir(folder)) {
    const file = path.join(folder, name);
    const stat = await fs.promises.lstat(file).catch(() => null);
    if (!stat?.isFile() || stat.mtimeMs >= oldest) continue;
    if (remove && !(await fs.promises.unlink(file).then(succeeded, failed))) continue;
    found.count++;
    found.bytes += stat.size;
  }
  return found;
}

const succeeded = (): boolean => true;
const failed = (): boolean => false;
