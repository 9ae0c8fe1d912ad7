import type { BlobType } from "../format/pack.ts";
import type { BlobTable } from "./blob-table.ts";

/** An entry of the index's table of that type. */
export interface BlobPlace {
  type: BlobType;
  entry: number;
}

interface Sorted {
  type: BlobType;
  table: BlobTable;
  /** Entries, pack by pack. */
  entries: Uint32Array;
  /** Where each pack's entries begin, and one more for the end. */
  starts: Uint32Array;
}

/** Which blobs each pack holds, as the index was when this was made. Takes four bytes a blob and eight a pack. */
export class PackContents {
  readonly #sorted: Sorted[];

  constructor(tables: Record<BlobType, BlobTable>, packCount: number) {
    this.#sorted = (["data", "tree"] as const).map((type) => sortByPack(type, tables[type], packCount));
  }

  /** The blobs of a pack in the order of their offsets. */
  places(pack: number): BlobPlace[] {
    const found: (BlobPlace & { offset: number })[] = [];
    for (const { type, table, entries, starts } of this.#sorted) {
      for (let i = starts[pack] as number; i < (starts[pack + 1] as number); i++) {
        const entry = entries[i] as number;
        found.push({ type, entry, offset: table.offset(entry) });
      }
    }
    return found.sort((a, b) => a.offset - b.offset);
  }
}

/** A counting sort. */
function sortByPack(type: BlobType, table: BlobTable, packCount: number): Sorted {
  const starts = new Uint32Array(packCount + 1);
  for (let entry = 0; entry < table.size; entry++) {
    const next = table.pack(entry) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let pack = 0; pack < packCount; pack++) {
    starts[pack + 1] = (starts[pack + 1] as number) + (starts[pack] as number);
  }
  const free = starts.slice();
  const entries = new Uint32Array(table.size);
  for (let entry = 0; entry < table.size; entry++) {
    const pack = table.pack(entry);
    const at = free[pack] as number;
    entries[at] = entry;
    free[pack] = at + 1;
  }
  return { type, table, entries, starts };
}
