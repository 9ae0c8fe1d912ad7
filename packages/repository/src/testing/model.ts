import { createHash } from "node:crypto";
import type { BackupSession, FolderEntry } from "../backup/session.ts";
import type { Repository } from "../repository.ts";
import { restore } from "../restore/restore.ts";
import type { Random } from "./random.ts";

/** A tree of files in memory, by path. */
export type Files = Map<string, Buffer>;

const NAMES = ["a", "b", "report.pdf", "Ünïcode ☃", 'quote"\\', "emoji 😀", "<&>", "tab\there", "\u2028", "ﬁ", "z z"];
const WORDS = ["segment ", "snapshot ", "pack ", "retention ", "grant ", "cursor\n"];

export function randomFiles(random: Random, count: number): Files {
  const files: Files = new Map();
  for (let i = 0; i < count; i++) files.set(randomPath(random, files), randomContent(random));
  return files;
}

/** The same files with some of them added, edited, moved, copied or gone. */
export function changed(random: Random, files: Files, changes: number): Files {
  const next: Files = new Map(files);
  for (let i = 0; i < changes; i++) {
    const paths = [...next.keys()];
    const kind = paths.length < 3 ? 0 : random.below(5);
    if (kind === 0) {
      next.set(randomPath(random, next), randomContent(random));
      continue;
    }
    const path = random.pick(paths);
    const content = next.get(path) as Buffer;
    if (kind === 1) next.set(path, edited(random, content));
    if (kind === 2) next.set(randomPath(random, next), content);
    if (kind === 3) next.set(randomPath(random, next), content);
    if (kind >= 3) next.delete(path);
  }
  return next;
}

function randomPath(random: Random, taken: Files): string {
  for (;;) {
    const depth = random.below(3);
    // Folders and files never have one name.
    const folders = Array.from({ length: depth }, () => `folder ${random.pick(NAMES)}`);
    const path = [...folders, `${random.pick(NAMES)}${random.below(1000)}`].join("/");
    if (!taken.has(path)) return path;
  }
}

function randomContent(random: Random): Buffer {
  const kind = random.below(10);
  if (kind === 0) return Buffer.alloc(0);
  if (kind < 6) return random.bytes(random.below(5000));
  if (kind < 8) return random.bytes(random.below(3_000_000));
  let text = "";
  for (let length = random.below(40_000); length > 0; length--) text += random.pick(WORDS);
  return Buffer.from(text);
}

function edited(random: Random, content: Buffer): Buffer {
  const at = random.below(content.length + 1);
  const removed = random.below(100);
  return Buffer.concat([content.subarray(0, at), random.bytes(random.below(200)), content.subarray(at + removed)]);
}

/** Says whether two trees of files are the same. */
export function digest(files: Files): string {
  const hash = createHash("sha256");
  for (const path of [...files.keys()].sort()) {
    hash.update(`${path}\0`).update(
      createHash("sha256")
        .update(files.get(path) as Buffer)
        .digest(),
    );
  }
  return hash.digest("hex");
}

/** Writes the files into a session, each as one part for every `partSize` bytes. Returns the tree. */
export async function writeFiles(session: BackupSession, files: Files, partSize = 1_000_000): Promise<string> {
  const folders = new Map<string, FolderEntry[]>([["", []]]);
  const ensure = (folder: string): FolderEntry[] => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const made: FolderEntry[] = [];
    folders.set(folder, made);
    ensure(parentOf(folder));
    return made;
  };
  const mtime = new Date(1_700_000_000_123);
  for (const [path, content] of files) {
    const parts = [];
    for (let at = 0; at < content.length; at += partSize) {
      const bytes = content.subarray(at, at + partSize);
      const key = createHash("sha256").update(bytes).digest("hex");
      parts.push({
        key,
        size: bytes.length,
        read: async (sink: (chunk: Uint8Array) => unknown) => void (await sink(bytes)),
      });
    }
    ensure(parentOf(path)).push({ name: path.slice(path.lastIndexOf("/") + 1), mtime, parts });
  }
  const byDepth = [...folders.keys()].filter((folder) => folder !== "").sort((a, b) => depthOf(b) - depthOf(a));
  for (const folder of byDepth) {
    const tree = await session.writeFolder(folders.get(folder) as FolderEntry[]);
    const name = folder.slice(folder.lastIndexOf("/") + 1);
    (folders.get(parentOf(folder)) as FolderEntry[]).push({ name, mtime, tree });
  }
  return session.writeFolder(folders.get("") as FolderEntry[]);
}

function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

function depthOf(path: string): number {
  return path.split("/").length;
}

/** All files of a tree, read back. */
export async function readFiles(repository: Repository, tree: string, path?: string): Promise<Files> {
  const files: Files = new Map();
  await restore(
    repository,
    tree,
    {
      folder() {},
      file(name) {
        const chunks: Buffer[] = [];
        return {
          write: (chunk) => void chunks.push(Buffer.from(chunk)),
          close: () => void files.set(name, Buffer.concat(chunks)),
          abort() {},
        };
      },
    },
    { path },
  );
  return files;
}
