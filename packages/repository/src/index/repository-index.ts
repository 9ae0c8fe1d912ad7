import { SEAL_BYTES } from "../crypto/cipher.ts";
import { damaged } from "../errors.ts";
import { ID_BYTES } from "../format/ids.ts";
import { type BlobType, headerEntryBytes, type IndexedPack, type PackedBlob, packBytes } from "../format/pack.ts";
import { BlobTable } from "./blob-table.ts";
import { PackContents } from "./pack-contents.ts";
import type { ParsedIndex } from "./parse-index.ts";

/**
 * What index files say together. It only grows, and only by whole files, each together with the note that it is in here: so several jobs
 * may read one, and what one of them adds is true for all.
 */
export class RepositoryIndex {
  readonly tables = { data: new BlobTable(), tree: new BlobTable() };
  readonly #files = new Set<string>();
  readonly #packIds: string[] = [];
  readonly #packNumbers = new Map<string, number>();
  /** Sizes that packs must have, from their blobs. */
  readonly #packSizes: number[] = [];
  readonly #missing = new Set<number>();

  get packCount(): number {
    return this.#packIds.length;
  }

  get blobCount(): number {
    return this.tables.data.size + this.tables.tree.size;
  }

  /** The index files whose blobs are in here. */
  get files(): ReadonlySet<string> {
    return this.#files;
  }

  /** Adds an index file of the store. */
  addFile(id: string, file: ParsedIndex | readonly IndexedPack[]): void {
    if (this.#files.has(id)) return;
    if ("places" in file) this.addParsed(file);
    else for (const pack of file) this.addPack(pack.id, pack.blobs);
    this.#files.add(id);
  }

  hasPack(id: string): boolean {
    return this.#packNumbers.has(id);
  }

  packNumber(id: string): number | undefined {
    return this.#packNumbers.get(id);
  }

  packId(pack: number): string {
    return this.#packIds[pack] as string;
  }

  packSize(pack: number): number {
    return this.#packSizes[pack] as number;
  }

  /** Adds a pack with its blobs. A pack that is known keeps what is known of it and gains what is new. Returns its number. */
  addPack(id: string, blobs: readonly PackedBlob[]): number {
    const known = this.#packNumbers.get(id);
    const pack = known ?? this.#packIds.length;
    if (known === undefined) {
      this.#packIds.push(id);
      this.#packNumbers.set(id, pack);
      this.#packSizes.push(packBytes(0, 0));
    }
    let size = 0;
    for (const blob of blobs) {
      const table = this.tables[blob.type];
      if (known !== undefined && contains(table, blob.id, 0, pack, blob.offset)) continue;
      table.add(blob.id, 0, pack, blob.offset, blob.length, blob.rawLength);
      size += blob.length + headerEntryBytes(blob.rawLength);
    }
    this.#packSizes[pack] = (this.#packSizes[pack] as number) + size;
    return pack;
  }

  /** Adds what an index file says. */
  addParsed({ packs, ids, trees, places }: ParsedIndex): void {
    for (const { id, from, to } of packs) {
      const known = this.#packNumbers.has(id);
      const pack = this.addPack(id, []);
      let size = 0;
      for (let blob = from; blob < to; blob++) {
        const table = trees[blob] === 1 ? this.tables.tree : this.tables.data;
        const [offset, length, rawLength] = [places[blob * 3], places[blob * 3 + 1], places[blob * 3 + 2]] as Place;
        if (known && contains(table, ids, blob * ID_BYTES, pack, offset)) continue;
        table.add(ids, blob * ID_BYTES, pack, offset, length, rawLength);
        size += length + headerEntryBytes(rawLength);
      }
      this.#packSizes[pack] = (this.#packSizes[pack] as number) + size;
    }
  }

  /** For a pack that the index names and the store does not have: its blobs count as absent. Of an index that one job has for itself. */
  markMissing(pack: number): void {
    this.#missing.add(pack);
  }

  isMissing(pack: number): boolean {
    return this.#missing.has(pack);
  }

  /**
   * The first entry of a blob in a pack that is there, or -1.
   * @param missing packs that the caller knows to be absent, where others read this index too
   */
  find(type: BlobType, id: Uint8Array, at = 0, missing: ReadonlySet<number> = this.#missing): number {
    const table = this.tables[type];
    const entry = table.find(id, at);
    if (entry < 0 || missing.size === 0 || !missing.has(table.pack(entry))) return entry;
    return table.findAll(id, at).find((other) => !missing.has(table.pack(other))) ?? -1;
  }

  /** Bytes of a blob's plaintext. @throws RepositoryError "damaged" where the index does not name it. */
  rawSize(type: BlobType, id: Uint8Array): number {
    const entry = this.find(type, id);
    if (entry < 0) throw damaged(`The ${type} blob ${Buffer.from(id).toString("hex")} is not in the repository.`);
    return this.plainLength(type, entry);
  }

  plainLength(type: BlobType, entry: number): number {
    const table = this.tables[type];
    return table.rawLength(entry) || table.length(entry) - SEAL_BYTES;
  }

  /** A blob's place in its pack. */
  place(type: BlobType, entry: number): PackedBlob {
    const table = this.tables[type];
    return {
      id: table.id(entry),
      type,
      offset: table.offset(entry),
      length: table.length(entry),
      rawLength: table.rawLength(entry),
    };
  }

  /** Which blobs each pack holds now. Costs two passes over the tables; for check and prune. */
  packContents(): PackContents {
    return new PackContents(this.tables, this.packCount);
  }
}

type Place = [number, number, number];

function contains(table: BlobTable, ids: Uint8Array, at: number, pack: number, offset: number): boolean {
  return table.findAll(ids, at).some((entry) => table.pack(entry) === pack && table.offset(entry) === offset);
}
