import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import {
  type Backup,
  createBackup,
  createFolder,
  getBackup,
  getRestore,
  type InputOf,
  type Restore,
  restoreBackup,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { segmentKey } from "../../support/segments.ts";
import type { TestServer } from "../../support/server.ts";

const run = promisify(execFile);

/** Longer than any work here takes, also on a machine that is busy with other things. */
const PATIENCE_MS = 180_000;

/** Waits until a piece of work has ended; throws when it takes too long. */
async function ended<T extends { status: string }>(ask: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(50)) {
    const now = await ask();
    if (now.status !== "queued" && now.status !== "running") return now;
  }
  throw new Error(`It did not end in time: ${JSON.stringify(await ask())}`);
}

export function backupEnded(person: Pick<Person, "call">, id: string): Promise<Backup> {
  return ended(() => person.call(getBackup, { params: { id } }));
}

/** Backs up and expects success. */
export async function backUp(
  person: Pick<Person, "call">,
  scope: "account" | "instance" = "account",
  withVersions = false,
): Promise<Backup> {
  const { id } = await person.call(createBackup, { body: { scope, withVersions } });
  const backup = await backupEnded(person, id);
  if (backup.status !== "completed" || backup.verifiedAt === null) throw new Error(JSON.stringify(backup));
  return backup;
}

export async function restoreAndWait(
  person: Person,
  id: string,
  body: InputOf<typeof restoreBackup>["body"] = {},
): Promise<Restore> {
  const { id: restoreId } = await person.call(restoreBackup, { params: { id }, body });
  return ended(() => person.call(getRestore, { params: { id: restoreId } }));
}

/** Debian's restic on an installation's default repository. */
export async function restic(dataDir: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("restic", ["-r", join(dataDir, "backups", "default"), "--no-cache", ...args], {
    env: { PATH: process.env.PATH ?? "", RESTIC_PASSWORD: passwordOf(dataDir), HOME: dataDir },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

export function passwordOf(dataDir: string): string {
  return readFileSync(join(dataDir, "keys", "backup-password"), "utf8").trim();
}

export type Tree = Map<string, string>;

/** Paths of all files below a folder with the SHA-256 of their bytes. */
export async function hashFolder(root: string): Promise<Tree> {
  const found: Tree = new Map();
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(root, path), sha256(await readFile(path)));
  }
  return found;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Stores files by path, with the folders they need. Returns their hashes and ids. */
export async function plant(
  person: Person,
  files: Iterable<[path: string, bytes: Uint8Array]>,
): Promise<{ tree: Tree; ids: Map<string, string> }> {
  const folders = new Map<string, string | undefined>([["", undefined]]);
  const tree: Tree = new Map();
  const ids = new Map<string, string>();
  const folderOf = async (path: string): Promise<string | undefined> => {
    if (folders.has(path)) return folders.get(path);
    const at = path.lastIndexOf("/");
    const parentId = await folderOf(at < 0 ? "" : path.slice(0, at));
    const body = { name: path.slice(at + 1), onConflict: "reuse" as const, ...(parentId ? { parentId } : {}) };
    const { id } = await person.call(createFolder, { body });
    folders.set(path, id);
    return id;
  };
  for (const [path, bytes] of files) {
    const at = path.lastIndexOf("/");
    const parentId = await folderOf(at < 0 ? "" : path.slice(0, at));
    const { id } = await person.put(path.slice(at + 1), bytes, parentId ? { parentId } : {});
    tree.set(path, sha256(bytes));
    ids.set(path, id);
  }
  return { tree, ids };
}

/** A handful of every kind: empty, tiny, larger than a segment, odd names, the same bytes twice. */
export function assortment(): [string, Uint8Array][] {
  const large = randomBytes(17 * 1024 * 1024);
  const twice = randomBytes(100_000);
  return [
    ["empty.txt", Buffer.alloc(0)],
    ["one byte", Buffer.from("x")],
    ["photos/2026/large.bin", large],
    ["photos/twice a.bin", twice],
    ["photos/2026/twice b.bin", twice],
    ["Ünïcode ☃/emoji 😀.txt", Buffer.from("snow")],
    ['quotes "and" <tags> & \\ tabs\t.txt', Buffer.from("q")],
    ["a/b/c/d/deep.txt", Buffer.from("deep")],
  ];
}

/** Flips one bit of a stored segment, as a disk does. */
export async function flipBit(dataDir: string, sha256: Buffer, bit: number): Promise<void> {
  const file = await open(join(dataDir, "objects", segmentKey(sha256)), "r+");
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, bit >> 3);
    byte[0] = (byte[0] as number) ^ (1 << (bit & 7));
    await file.write(byte, 0, 1, bit >> 3);
  } finally {
    await file.close();
  }
}

/** Changes the stored bytes of every file of a person's, behind the server's back. */
export async function damageFiles({ services: { pool, store } }: TestServer, person: Person): Promise<void> {
  const { rows } = await pool.query<{ sha256: Buffer; size: number }>(
    `select cs.sha256, cs.size from holdfast.files f join holdfast.content_segments cs on cs.content_id = f.content_id
     where f.space_id = $1`,
    [person.id],
  );
  for (const { sha256: name, size } of rows) {
    const key = segmentKey(name);
    if ((await store.head(key)) === null) throw new Error(`${key} is not there`);
    await store.delete([key]);
    await store.put(key, randomBytes(size));
  }
}

/** The files of a ZIP by its directory, each held against its checksum and what stands before and behind its bytes. */
export async function filesOfZip(answer: Response): Promise<Tree> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const zip = Buffer.from(await answer.arrayBuffer());
  if (zip.length !== Number(answer.headers.get("content-length"))) throw new Error("The length was another one.");
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const found: Tree = new Map();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [crc, size, nameLength] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28)];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    if (zip.toString("utf8", local + 30, local + 30 + nameLength) !== name) throw new Error(`${name}: another header`);
    const data = local + 30 + nameLength + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(data, data + size);
    if (crc32(bytes) !== crc) throw new Error(`${name}: another checksum`);
    if (zip.readUInt16LE(local + 6) & 8 && zip.readUInt32LE(data + size + 4) !== crc)
      throw new Error(`${name}: descriptor`);
    if (!name.endsWith("/")) found.set(name, sha256(bytes));
    at += 46 + nameLength + zip.readUInt16LE(at + 30);
  }
  if (at !== end) throw new Error("The directory has another length.");
  return found;
}
