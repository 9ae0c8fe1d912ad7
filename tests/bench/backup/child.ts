import {
  closeSync,
  existsSync,
  futimesSync,
  mkdirSync,
  open,
  readFileSync,
  write,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import {
  type BackupSession,
  backup,
  check,
  createRepository,
  type FolderEntry,
  forget,
  openRepository,
  prune,
  type Repository,
  restore,
  Semaphore,
} from "@holdfast/repository";
import { createLocalStore, type ObjectStore } from "@holdfast/storage";
import { type CatalogFile, type CatalogFolder, segmentKey } from "./data-set.ts";

// One operation of ours, as a process of its own: what a server would do with its catalogue, here read from a file. The last line that it
// prints is the seconds that the operation took once the repository was open, as it is in a running server.

interface State {
  snapshot: string;
  chunks: Record<string, string[]>;
  /** Version and tree of every folder, by path. */
  folders: Record<string, [number, string]>;
}

const FOLDERS_AT_ONCE = 8;
/** A server asks its database for one folder's files after another's, by name, and begins with the next while these are under way. */
const asking = new Semaphore(1);
const [operation, root] = process.argv.slice(2) as ["create" | "backup" | "restore" | "prune" | "check", string];
const password = "benchmark";
const store = await createLocalStore({ root: path.join(root, "ours") });
const seconds = await run();
await store.close();
process.stdout.write(`${seconds}\n`);

async function run(): Promise<number> {
  if (operation === "create") {
    await createRepository({ store, password });
    return 0;
  }
  const repository = await openRepository({ store, password });
  if (operation === "backup") return runBackup(repository);
  const start = performance.now();
  if (operation === "restore") await runRestore(repository);
  else if (operation === "prune") {
    await forget(repository, { policy: { last: 1 } });
    await prune(repository, { maxUnused: 0 });
  } else {
    const { errors } = await check(repository, { readData: "all" });
    if (errors.length > 0) throw new Error(errors.join("\n"));
  }
  return (performance.now() - start) / 1000;
}

async function runBackup(repository: Repository): Promise<number> {
  const segments = await createLocalStore({ root: path.join(root, "segments") });
  const catalog = JSON.parse(readFileSync(path.join(root, "catalog.json"), "utf8")) as CatalogFolder;
  const stateFile = path.join(root, "state.json");
  const old: State | null = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, "utf8")) as State) : null;
  const chunks = new Map(Object.entries(old?.chunks ?? {}));
  const folders: State["folders"] = {};
  const start = performance.now();
  const snapshot = await backup(repository, { cache: chunks }, async (session) => {
    const tree = await writeFolder(session, segments, catalog, "", old, folders);
    return session.saveSnapshot({ tree, paths: ["/"] });
  });
  const taken = (performance.now() - start) / 1000;
  const state: State = { snapshot, chunks: Object.fromEntries(chunks), folders: { ...old?.folders, ...folders } };
  writeFileSync(stateFile, JSON.stringify(state));
  await segments.close();
  return taken;
}

async function writeFolder(
  session: BackupSession,
  segments: ObjectStore,
  folder: CatalogFolder,
  folderPath: string,
  old: State | null,
  folders: State["folders"],
): Promise<string> {
  const [version, known] = old?.folders[folderPath] ?? [];
  if (old !== null && known !== undefined && version === folder.version && session.canReuseTree(known, old.snapshot)) {
    return known;
  }
  const children: Promise<FolderEntry>[] = [];
  for (const [i, child] of folder.folders.entries()) {
    const written = writeFolder(session, segments, child, `${folderPath}/${child.name}`, old, folders);
    children.push(written.then((tree) => ({ name: child.name, mtime: new Date(0), tree })));
    // As a server that reads them from its database: a few folders under way, and of each file only what is needed now.
    await children[i - FOLDERS_AT_ONCE];
  }
  async function* entries(): AsyncGenerator<FolderEntry> {
    await asking.enter();
    for (const { name, mtime, segments: list } of folder.files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      yield { name, mtime: new Date(mtime), parts: partsOf(segments, list) };
    }
    asking.leave();
    yield* children;
  }
  const tree = await session.writeFolder(entries());
  folders[folderPath] = [folder.version, tree];
  return tree;
}

function partsOf(store: ObjectStore, segments: CatalogFile["segments"]) {
  return segments.map(({ sha256, size }) => ({
    key: sha256,
    size,
    read: (sink: (chunk: Uint8Array) => Promise<void> | void) => store.get(segmentKey(sha256), sink),
  }));
}

async function runRestore(repository: Repository): Promise<void> {
  const target = path.join(root, "restored-by-us");
  mkdirSync(target);
  const snapshot = (await repository.snapshots()).at(-1);
  await restore(repository, snapshot?.tree as string, {
    folder: (name) => mkdirSync(path.join(target, name)),
    file(name, node) {
      const file = path.join(target, name);
      // With its first bytes, in another thread: making a file is what takes the time of a small one, and several can be made at once.
      let opened: Promise<number> | undefined;
      const ready = (): Promise<number> => (opened ??= openNew(file));
      return {
        // Small files at once, large chunks in another thread: either way is the faster one for its size.
        async write(chunk) {
          const fd = await ready();
          await (chunk.length < 128 * 1024 ? writeNow(fd, chunk) : writeLater(fd, chunk));
        },
        async close() {
          const fd = await ready();
          futimesSync(fd, node.mtime, node.mtime);
          closeSync(fd);
        },
        async abort() {
          if (opened !== undefined) closeSync(await opened);
        },
      };
    },
  });
}

function openNew(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(file, "wx", (error, fd) => (error === null ? resolve(fd) : reject(error)));
  });
}

function writeNow(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
}

function writeLater(fd: number, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    write(fd, chunk, (error, written) => {
      if (error !== null) return reject(error);
      writeNow(fd, chunk.subarray(written));
      resolve();
    });
  });
}
