import type { ZipEntry } from "./zip-format.ts";

export interface TableRow {
  /** The last part of its path. */
  name: string;
  /** The number of the folder that it lies in; -1 where it lies in none. Must have been added before. */
  parent: number;
  folder: boolean;
  /** Bytes. */
  size: number;
  /** Null where it is not known yet. */
  crc32: number | null;
  modified: Date;
  /** A uuid; null for a folder. */
  contentId: string | null;
}

const folderFlag = 1;
const crcFlag = 2;

/**
 * The entries of an archive, packed: some 50 bytes each and their names, in place of several objects each. Paths are put together from the
 * names of the folders above when they are asked for.
 */
export class ZipTable {
  length = 0;
  #names = Buffer.alloc(16 * 1024);
  #namesUsed = 0;
  #nameAt = new Uint32Array(256);
  #pathBytes = new Uint32Array(256);
  #parent = new Int32Array(256);
  #flags = new Uint8Array(256);
  #size = new Float64Array(256);
  #crc = new Uint32Array(256);
  #modified = new Float64Array(256);
  #content = Buffer.alloc(16 * 256);

  add(row: TableRow): number {
    const i = this.length++;
    if (i === this.#flags.length) this.#grow();
    const bytes = Buffer.byteLength(row.name);
    if (this.#namesUsed + bytes > this.#names.length) {
      this.#names = enlarged(this.#names, Math.max(this.#names.length * 1.5, this.#namesUsed + bytes));
    }
    this.#names.write(row.name, this.#namesUsed);
    this.#nameAt[i] = this.#namesUsed;
    this.#namesUsed += bytes;
    const pathBytes = (row.parent < 0 ? 0 : (this.#pathBytes[row.parent] as number)) + bytes + (row.folder ? 1 : 0);
    this.#pathBytes[i] = pathBytes;
    this.#parent[i] = row.parent;
    this.#flags[i] = (row.folder ? folderFlag : 0) | (row.crc32 === null ? 0 : crcFlag);
    this.#size[i] = row.size;
    this.#crc[i] = row.crc32 ?? 0;
    this.#modified[i] = row.modified.getTime();
    if (row.contentId !== null) this.#content.write(row.contentId.replaceAll("-", ""), i * 16, "hex");
    return i;
  }

  sizeOf(i: number): number {
    return this.#size[i] as number;
  }

  pathBytesOf(i: number): number {
    return this.#pathBytes[i] as number;
  }

  contentIdOf(i: number): string | null {
    if (((this.#flags[i] as number) & folderFlag) !== 0) return null;
    const hex = this.#content.toString("hex", i * 16, i * 16 + 16);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  knowsCrc(i: number): boolean {
    return ((this.#flags[i] as number) & crcFlag) !== 0;
  }

  setCrc(i: number, crc32: number): void {
    this.#crc[i] = crc32;
    this.#flags[i] = (this.#flags[i] as number) | crcFlag;
  }

  /** As the format wants it. */
  entry(i: number): ZipEntry {
    return {
      path: this.#pathOf(i),
      size: this.#size[i] as number,
      crc32: this.#crc[i] as number,
      modified: new Date(this.#modified[i] as number),
      folder: ((this.#flags[i] as number) & folderFlag) !== 0,
    };
  }

  #pathOf(i: number): Buffer {
    const path = Buffer.alloc(this.#pathBytes[i] as number, "/");
    let end = path.length;
    for (let at = i; at >= 0; at = this.#parent[at] as number) {
      if (((this.#flags[at] as number) & folderFlag) !== 0) end -= 1;
      const from = this.#nameAt[at] as number;
      const to = at + 1 === this.length ? this.#namesUsed : (this.#nameAt[at + 1] as number);
      end -= to - from;
      this.#names.copy(path, end, from, to);
    }
    return path;
  }

  #grow(): void {
    const length = Math.ceil(this.#flags.length * 1.5);
    this.#nameAt = enlarged(this.#nameAt, length);
    this.#pathBytes = enlarged(this.#pathBytes, length);
    this.#parent = enlarged(this.#parent, length);
    this.#flags = enlarged(this.#flags, length);
    this.#size = enlarged(this.#size, length);
    this.#crc = enlarged(this.#crc, length);
    this.#modified = enlarged(this.#modified, length);
    this.#content = enlarged(this.#content, length * 16);
  }
}

function enlarged<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(array: T, length: number): T {
  const make = Buffer.isBuffer(array)
    ? Buffer.alloc
    : (n: number) => new (array.constructor as new (n: number) => T)(n);
  const larger = make(Math.ceil(length)) as T;
  larger.set(array);
  return larger;
}
