import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createLocalStore, type ObjectStore } from "@holdfast/storage";

/** A file as Holdfast's catalogue has it: a list of segments. */
export interface CatalogFile {
  name: string;
  size: number;
  /** Milliseconds since 1970. */
  mtime: number;
  segments: { sha256: string; size: number }[];
}

export interface CatalogFolder {
  name: string;
  /** Differs whenever anything in the folder or below it does. */
  version: number;
  files: CatalogFile[];
  folders: CatalogFolder[];
}

const SEGMENT = 16 * 1024 * 1024;
const FILES_PER_FOLDER = 150;
const MTIME = 1_780_000_000_000;

/** The same files twice: in a plain folder for restic, and as segments and a catalogue for Holdfast. */
export class DataSet {
  readonly catalog: CatalogFolder = { name: "", version: 0, files: [], folders: [] };
  readonly #source: string;
  readonly #store: ObjectStore;
  #files = 0;
  #version = 0;

  private constructor(source: string, store: ObjectStore) {
    this.#source = source;
    this.#store = store;
  }

  /** @param bytes In all: half random, a quarter text, a quarter near-duplicates; half of the bytes in many small files. */
  static async create(root: string, bytes: number): Promise<DataSet> {
    const store = await createLocalStore({ root: path.join(root, "segments") });
    const set = new DataSet(path.join(root, "source"), store);
    for (const [kind, share] of [
      ["random", 0.5],
      ["text", 0.25],
    ] as const) {
      await set.#fill(`${kind}-large`, (bytes * share) / 2, () => 8_000_000 + random(40_000_000), kind);
      await set.#fill(`${kind}-small`, (bytes * share) / 2, () => smallSize(), kind);
    }
    await set.#nearDuplicates("versions", bytes / 4);
    return set;
  }

  get fileCount(): number {
    return this.#files;
  }

  /** Changes about one percent of the bytes: edits in large files, new small files, and some that go. */
  async change(bytes: number): Promise<void> {
    this.#version++;
    const large = this.catalog.folders.find(({ name }) => name === "versions") as CatalogFolder;
    const file = large.files[0] as CatalogFile;
    const content = readFileSync(path.join(this.#source, "versions", file.name));
    await this.#write(large, "versions", file.name, edit(content));
    await this.#fill("new", Math.max(1, bytes / 100 - content.length), () => smallSize(), "random");
    large.version = this.#version;
    this.catalog.version = this.#version;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #fill(name: string, bytes: number, size: () => number, kind: "random" | "text"): Promise<void> {
    const top = this.#folder(this.catalog, name);
    let folder = top;
    for (let done = 0, count = 0; done < bytes; count++) {
      if (count % FILES_PER_FOLDER === 0) folder = this.#folder(top, `part-${count / FILES_PER_FOLDER}`);
      const content = kind === "random" ? randomContent(size()) : textContent(size());
      await this.#write(folder, `${name}/${folder.name}`, `file-${count}.${kind === "text" ? "txt" : "bin"}`, content);
      done += content.length;
    }
  }

  async #nearDuplicates(name: string, bytes: number): Promise<void> {
    const folder = this.#folder(this.catalog, name);
    let content = Buffer.concat([randomContent(8_000_000), textContent(4_000_000)]);
    for (let done = 0, count = 0; done < bytes; count++) {
      await this.#write(folder, name, `version-${count}`, content);
      done += content.length;
      content = edit(content);
    }
  }

  #folder(parent: CatalogFolder, name: string): CatalogFolder {
    const folder: CatalogFolder = { name, version: this.#version, files: [], folders: [] };
    parent.folders.push(folder);
    return folder;
  }

  async #write(folder: CatalogFolder, folderPath: string, name: string, content: Buffer): Promise<void> {
    const file = path.join(this.#source, folderPath, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    const segments = [];
    for (let at = 0; at < content.length; at += SEGMENT) {
      const bytes = content.subarray(at, at + SEGMENT);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      await this.#store.put(segmentKey(sha256), bytes);
      segments.push({ sha256, size: bytes.length });
    }
    const known = folder.files.findIndex((other) => other.name === name);
    const entry = { name, size: content.length, mtime: MTIME + this.#version, segments };
    if (known >= 0) folder.files[known] = entry;
    else folder.files.push(entry);
    this.#files++;
  }
}

export function segmentKey(sha256: string): string {
  return `segments/${sha256.slice(0, 2)}/${sha256}`;
}

function random(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** Mostly a few KiB, now and then some hundred: a mean of about 20 KiB, as in folders of people who work. */
function smallSize(): number {
  return Math.ceil(Math.exp(Math.random() * 6.2 + 5.5));
}

function randomContent(size: number): Buffer<ArrayBuffer> {
  return createCipheriv("aes-128-ctr", randomBytes(16), randomBytes(16)).update(Buffer.alloc(size));
}

const VOCABULARY = Array.from({ length: 4000 }, () =>
  randomBytes(1 + random(5))
    .toString("hex")
    .slice(random(2)),
);

function textContent(size: number): Buffer {
  const words: string[] = [];
  for (let length = 0; length < size; ) {
    // Squared: some words are frequent and most are rare, as in language.
    const word = VOCABULARY[Math.floor(Math.random() ** 2 * VOCABULARY.length)] as string;
    words.push(word);
    length += word.length + 1;
  }
  return Buffer.from(words.join(" ")).subarray(0, size);
}

/** A few insertions and deletions here and there. */
function edit(content: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  let result = content;
  for (let i = 0; i < 4; i++) {
    const at = random(result.length);
    result = Buffer.concat([result.subarray(0, at), randomBytes(random(2000)), result.subarray(at + random(2000))]);
  }
  return result;
}
