import { ID_BYTES } from "../format/ids.ts";

/** Entries of a block: the table grows by whole blocks, so that growing never copies what is there. */
const BLOCK = 65_536;
const BLOCK_BITS = 16;
const FIELDS = 4;
const NONE = -1;

/**
 * Where blobs of one type are: an open-addressing hash table over typed arrays. An entry takes 48 bytes (id 32, pack 4, offset 4, length 4,
 * raw length 4) and its slot 5.3 to 10.7 more, so a million blobs take 54 to 59 MB. A blob that is stored several times has several entries.
 */
export class BlobTable {
  #ids: Buffer[] = [];
  #fields: Uint32Array[] = [];
  #slots = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds an entry; the id is read from `ids` at byte `at`. Returns the entry's number. */
  add(ids: Uint8Array, at: number, pack: number, offset: number, length: number, rawLength: number): number {
    if ((this.#size + 1) * 4 > this.#slots.length * 3) this.#grow();
    const entry = this.#size++;
    const inBlock = entry & (BLOCK - 1);
    if (inBlock === 0) {
      this.#ids.push(Buffer.allocUnsafeSlow(BLOCK * ID_BYTES));
      this.#fields.push(new Uint32Array(BLOCK * FIELDS));
    }
    const block = entry >>> BLOCK_BITS;
    const target = this.#ids[block] as Buffer;
    const base = inBlock * ID_BYTES;
    for (let i = 0; i < ID_BYTES; i++) target[base + i] = ids[at + i] as number;
    const fields = this.#fields[block] as Uint32Array;
    fields[inBlock * FIELDS] = pack;
    fields[inBlock * FIELDS + 1] = offset;
    fields[inBlock * FIELDS + 2] = length;
    fields[inBlock * FIELDS + 3] = rawLength;
    this.#place(entry);
    return entry;
  }

  /** The first entry of a blob, or -1. */
  find(ids: Uint8Array, at: number): number {
    return this.#probe(ids, at, this.#start(ids, at));
  }

  /** All entries of a blob. */
  findAll(ids: Uint8Array, at: number): number[] {
    const entries: number[] = [];
    const mask = this.#slots.length - 1;
    for (let slot = this.#start(ids, at); ; slot = (slot + 1) & mask) {
      const value = this.#slots[slot] as number;
      if (value === 0) return entries;
      if (this.#equals(value - 1, ids, at)) entries.push(value - 1);
    }
  }

  pack(entry: number): number {
    return this.#field(entry, 0);
  }

  offset(entry: number): number {
    return this.#field(entry, 1);
  }

  /** Sealed bytes. */
  length(entry: number): number {
    return this.#field(entry, 2);
  }

  /** Plaintext bytes of a compressed blob, 0 for others. */
  rawLength(entry: number): number {
    return this.#field(entry, 3);
  }

  /** A view of an entry's id; do not write into it. */
  id(entry: number): Buffer {
    const at = (entry & (BLOCK - 1)) * ID_BYTES;
    return (this.#ids[entry >>> BLOCK_BITS] as Buffer).subarray(at, at + ID_BYTES);
  }

  #field(entry: number, field: number): number {
    return (this.#fields[entry >>> BLOCK_BITS] as Uint32Array)[(entry & (BLOCK - 1)) * FIELDS + field] as number;
  }

  /** Ids are hashes: their first bytes are as good a slot as any. */
  #start(ids: Uint8Array, at: number): number {
    const word =
      (ids[at] as number) |
      ((ids[at + 1] as number) << 8) |
      ((ids[at + 2] as number) << 16) |
      ((ids[at + 3] as number) << 24);
    return word & (this.#slots.length - 1);
  }

  #probe(ids: Uint8Array, at: number, start: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = start; ; slot = (slot + 1) & mask) {
      const value = this.#slots[slot] as number;
      if (value === 0) return NONE;
      if (this.#equals(value - 1, ids, at)) return value - 1;
    }
  }

  #equals(entry: number, ids: Uint8Array, at: number): boolean {
    const block = this.#ids[entry >>> BLOCK_BITS] as Buffer;
    const base = (entry & (BLOCK - 1)) * ID_BYTES;
    for (let i = 0; i < ID_BYTES; i++) if (block[base + i] !== ids[at + i]) return false;
    return true;
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    const at = (entry & (BLOCK - 1)) * ID_BYTES;
    let slot = this.#start(this.#ids[entry >>> BLOCK_BITS] as Buffer, at);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#size; entry++) this.#place(entry);
  }
}
