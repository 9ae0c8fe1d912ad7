import fs from "node:fs";
import path from "node:path";
import { StorageError } from "../errors.ts";
import { close, codeOf, open, sync } from "./file-calls.ts";

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = fs.constants;
/** Windows cannot open a folder in order to flush it; NTFS keeps its folders in a journal. */
const CAN_SYNC_FOLDERS = process.platform !== "win32";
const HANDLES_KEPT = 600;

interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
}

interface Folder extends Identity {
  /** -1 where folders cannot be flushed. */
  fd: number;
  /** The flush that has begun: it may have missed what was renamed since. */
  running: Promise<void> | null;
  /** The flush that will begin after it: it covers everything renamed until then. */
  waiting: Promise<void> | null;
  users: number;
  dropped: boolean;
  /** Its own entry in the folder above is known to be durable. */
  linked: boolean;
}

/** A file in the root that tells it from any other folder at the same path, such as the empty one below a disk that came loose. */
export interface RootMark {
  readonly file: string;
  readonly text: string;
}

/**
 * The folders of one root: made durably, never through a symbolic link, flushed together where several ask at once. The root is made at
 * first use, and never again: once it was seen, nothing is done in another folder that has taken its place.
 */
export class LocalFolders {
  readonly #root: string;
  readonly #mark: RootMark | null;
  readonly #known = new Map<string, Promise<Folder>>();
  /** Device and inode of the root as it was first opened. */
  #first: Identity | null = null;

  constructor(root: string, mark: RootMark | null = null) {
    this.#root = root;
    this.#mark = mark;
  }

  /**
   * Whether the root's path still leads to the folder that it led to at first: what is not found in another one says nothing.
   * @throws StorageError unavailable
   */
  async confirmRoot(): Promise<void> {
    if (this.#first !== null && (await this.#rejoin())) await this.forget();
  }

  async #isMarked(): Promise<boolean> {
    const { file, text } = this.#mark as RootMark;
    return fs.promises.readFile(path.join(this.#root, file), "utf8").then(
      (found) => found.trim() === text,
      () => false,
    );
  }

  #away(): StorageError {
    return new StorageError(
      "unavailable",
      `The folder ${this.#root} is gone, or another folder is in its place: is its disk connected?`,
    );
  }

  /** Makes sure that a folder is there. `folder` is relative to the root, with `/`, and "" for the root itself. */
  async ensure(folder: string): Promise<void> {
    const handle = await this.#get(folder, true);
    if (handle.linked) return;
    // Whoever made the folder may have been stopped before its entry was flushed.
    const parent = parentOf(folder);
    if (parent === null) {
      // Above the root nothing is ours: where that cannot even be opened, its owner made the root and answers for it.
      await syncFolder(path.dirname(this.#root)).catch((error: unknown) => {
        if (codeOf(error) !== "EACCES" && codeOf(error) !== "EPERM") throw error;
      });
    } else {
      await this.ensure(parent);
      await this.flush(parent);
    }
    handle.linked = true;
  }

  /** @throws ENOENT where it is missing, ENOTDIR or ELOOP where something else is in its place. */
  async check(folder: string): Promise<void> {
    await this.#get(folder, false);
  }

  /** Resolves when every entry that the folder had at the time of the call would survive a power cut. */
  async flush(folder: string): Promise<void> {
    let handle = await this.#get(folder, false);
    while (handle.dropped) handle = await this.#get(folder, false);
    if (handle.fd < 0) return;
    handle.users++;
    try {
      // What was renamed by its path is flushed by the open folder: they have to be one.
      const there = identify(path.join(this.#root, folder)).catch(() => null);
      if (handle.running === null) {
        handle.running = sync(handle.fd).finally(() => {
          handle.running = null;
        });
        await handle.running;
      } else {
        handle.waiting ??= handle.running
          .catch(() => {})
          .then(() => {
            handle.waiting = null;
            handle.running = sync(handle.fd).finally(() => {
              handle.running = null;
            });
            return handle.running;
          });
        await handle.waiting;
      }
      const now = await there;
      if (now === null || !same(now, handle)) {
        await this.forget();
        throw this.#away();
      }
    } finally {
      handle.users--;
      if (handle.dropped && handle.users === 0) await close(handle.fd);
    }
  }

  /** Closes every handle. What is asked for afterwards is opened again: that is how a folder removed behind our back comes back. */
  async forget(): Promise<void> {
    for (const [name, handle] of [...this.#known]) await this.#drop(name, handle);
  }

  #get(folder: string, create: boolean): Promise<Folder> {
    const known = this.#known.get(folder);
    if (known !== undefined) return create ? known.catch(() => this.#open(folder, true)) : known;
    return this.#open(folder, create);
  }

  #open(folder: string, create: boolean): Promise<Folder> {
    const opened = this.#openFrom(folder, create);
    this.#known.set(folder, opened);
    opened.catch(() => {
      if (this.#known.get(folder) === opened) this.#known.delete(folder);
    });
    if (this.#known.size > HANDLES_KEPT) {
      const [oldest] = this.#known;
      if (oldest !== undefined) void this.#drop(...oldest);
    }
    return opened;
  }

  async #openFrom(folder: string, create: boolean): Promise<Folder> {
    const parent = parentOf(folder);
    // From the root down: every part is opened without following links before anything below it is trusted.
    if (parent !== null) await this.#get(parent, create);
    const full = path.join(this.#root, folder);
    if (parent === null && this.#first !== null) {
      await this.#rejoin();
      return openFolder(full);
    }
    try {
      return await this.#opened(full, parent);
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || !create) throw error;
    }
    await this.confirmRoot();
    await fs.promises.mkdir(full, { mode: 0o700, recursive: parent === null }).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    return this.#opened(full, parent);
  }

  async #opened(full: string, parent: string | null): Promise<Folder> {
    const folder = await openFolder(full);
    if (parent === null) this.#first ??= folder;
    return folder;
  }

  /** @returns whether the root has come back with another number, as a disk may @throws StorageError where it is not the one of before */
  async #rejoin(): Promise<boolean> {
    const now = await identify(this.#root).catch(() => null);
    if (now !== null && same(now, this.#first as Identity)) return false;
    if (now === null || this.#mark === null || !(await this.#isMarked())) throw this.#away();
    this.#first = now;
    return true;
  }

  async #drop(name: string, handle: Promise<Folder>): Promise<void> {
    this.#known.delete(name);
    const folder = await handle.catch(() => null);
    if (folder === null || folder.dropped || folder.fd < 0) return;
    folder.dropped = true;
    if (folder.users === 0) await close(folder.fd);
  }
}

/** Null for the root. */
function parentOf(folder: string): string | null {
  if (folder === "") return null;
  const slash = folder.lastIndexOf("/");
  return slash < 0 ? "" : folder.slice(0, slash);
}

async function syncFolder(full: string): Promise<void> {
  if (!CAN_SYNC_FOLDERS) return;
  const fd = await open(full, O_RDONLY | O_DIRECTORY);
  try {
    await sync(fd);
  } finally {
    await close(fd);
  }
}

async function openFolder(full: string): Promise<Folder> {
  const fresh = { running: null, waiting: null, users: 0, dropped: false, linked: false };
  if (CAN_SYNC_FOLDERS) {
    const fd = await open(full, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      const { dev, ino } = await statOf(fd);
      return { fd, ...fresh, device: dev, inode: ino };
    } catch (error) {
      await close(fd);
      throw error;
    }
  }
  const stat = await fs.promises.lstat(full, { bigint: true });
  if (!stat.isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
  return { fd: -1, ...fresh, device: stat.dev, inode: stat.ino };
}

function statOf(fd: number): Promise<fs.BigIntStats> {
  return new Promise((resolve, reject) => {
    fs.fstat(fd, { bigint: true }, (error, stats) => (error === null ? resolve(stats) : reject(error)));
  });
}

function identify(full: string): Promise<Identity> {
  return new Promise((resolve, reject) => {
    fs.lstat(full, { bigint: true }, (error, stats) =>
      error === null ? resolve({ device: stats.dev, inode: stats.ino }) : reject(error),
    );
  });
}

function same(a: Identity, b: Identity): boolean {
  return a.device === b.device && a.inode === b.inode;
}
