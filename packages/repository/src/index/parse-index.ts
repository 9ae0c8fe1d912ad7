import { damaged } from "../errors.ts";
import { ID_BYTES, isId } from "../format/ids.ts";
import { isPossible } from "../format/pack.ts";

/** The blobs of an index file in tables, because a million of them as objects cost more than all the rest. */
export interface ParsedIndex {
  /** Each with the range of its blobs. */
  packs: { id: string; from: number; to: number }[];
  ids: Buffer;
  /** 1: tree. */
  trees: Uint8Array;
  /** Offset, sealed length, raw length (0: not compressed) of each blob. */
  places: Uint32Array;
}

/** No blob takes less in JSON. */
const SHORTEST_BLOB = 100;
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;

const [QUOTE, COMMA, OPEN, CLOSE, CLOSE_LIST] = [...Buffer.from('",{}]')] as [number, number, number, number, number];

/** @throws RepositoryError "damaged" where the document is not an index. */
export function parseIndex(json: Buffer): ParsedIndex {
  return new Scanner(json).scan() ?? parseSlowly(json);
}

/** @throws RepositoryError "damaged" where a blob has a length that none can have: memory is made ready by these numbers. */
export function refuseImpossible(index: ParsedIndex): ParsedIndex {
  for (const { id, from, to } of index.packs) {
    for (let blob = from; blob < to; blob++) {
      const [length, rawLength] = [index.places[blob * 3 + 1] as number, index.places[blob * 3 + 2] as number];
      if (isPossible({ type: index.trees[blob] === 1 ? "tree" : "data", length, rawLength })) continue;
      throw damaged(
        `An index names a blob of ${length} bytes (${rawLength} before) in the pack ${id}, which none has.`,
      );
    }
  }
  return index;
}

function tablesFor(blobs: number): ParsedIndex {
  return {
    packs: [],
    ids: Buffer.alloc(blobs * ID_BYTES),
    trees: new Uint8Array(blobs),
    places: new Uint32Array(blobs * 3),
  };
}

/** Reads the one form that Holdfast and restic write, several times as fast as JSON.parse; anything else is left to that. */
class Scanner {
  readonly #json: Buffer;
  readonly #result: ParsedIndex;
  #at = 0;
  #count = 0;

  constructor(json: Buffer) {
    this.#json = json;
    this.#result = tablesFor(Math.ceil(json.length / SHORTEST_BLOB));
  }

  scan(): ParsedIndex | null {
    const start = this.#json.indexOf('"packs":[');
    if (start < 0 || start > this.#json.length / 2) return null;
    this.#at = start + '"packs":['.length;
    do {
      if (!this.#pack()) return null;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_LIST) && this.#take(CLOSE) ? this.#result : null;
  }

  #pack(): boolean {
    if (!this.#expect('{"id":"')) return false;
    const id = this.#json.toString("latin1", this.#at, this.#at + ID_BYTES * 2);
    if (!isId(id)) return false;
    this.#at += ID_BYTES * 2;
    const from = this.#count;
    if (!this.#expect('","blobs":[')) return false;
    do {
      if (!this.#blob()) return false;
    } while (this.#take(COMMA));
    this.#result.packs.push({ id, from, to: this.#count });
    return this.#take(CLOSE_LIST) && this.#take(CLOSE);
  }

  #blob(): boolean {
    if (!this.#take(OPEN) || !this.#expect('"id":"') || !this.#hex() || !this.#expect('","type":"')) return false;
    const tree = this.#expect("tree");
    if ((!tree && !this.#expect("data")) || !this.#take(QUOTE)) return false;
    const offset = this.#number(',"offset":');
    const length = this.#number(',"length":');
    if (offset < 0 || length < 0) return false;
    const rawLength = this.#json[this.#at] === CLOSE ? 0 : this.#number(',"uncompressed_length":');
    if (rawLength < 0 || !this.#take(CLOSE)) return false;
    this.#result.trees[this.#count] = tree ? 1 : 0;
    this.#result.places[this.#count * 3] = offset;
    this.#result.places[this.#count * 3 + 1] = length;
    this.#result.places[this.#count * 3 + 2] = rawLength;
    this.#count++;
    return true;
  }

  #hex(): boolean {
    const { ids } = this.#result;
    let wrong = 0;
    let at = this.#at;
    for (let i = this.#count * ID_BYTES, end = i + ID_BYTES; i < end; i++) {
      const high = HEX[this.#json[at++] as number] as number;
      const low = HEX[this.#json[at++] as number] as number;
      wrong |= high | low;
      ids[i] = (high << 4) | low;
    }
    this.#at = at;
    return wrong >= 0;
  }

  /** -1 where the name does not come, or no number after it. */
  #number(name: string): number {
    if (!this.#expect(name)) return -1;
    const start = this.#at;
    let value = 0;
    for (;;) {
      const digit = (this.#json[this.#at] as number) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      this.#at++;
    }
    return this.#at === start || value > 0xffff_ffff ? -1 : value;
  }

  #take(byte: number): boolean {
    if (this.#json[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#json[this.#at + i] !== text.charCodeAt(i)) return false;
    this.#at += text.length;
    return true;
  }
}

interface IndexDocument {
  packs?: {
    id: string;
    blobs: { id: string; type: string; offset: number; length: number; uncompressed_length?: number }[];
  }[];
}

function parseSlowly(json: Buffer): ParsedIndex {
  let packs: NonNullable<IndexDocument["packs"]>;
  try {
    packs = (JSON.parse(json.toString()) as IndexDocument).packs ?? [];
    if (!packs.every(({ blobs }) => Array.isArray(blobs))) throw new TypeError("Its blobs are no list.");
  } catch (error) {
    throw damaged("An index is not JSON, or no index.", error);
  }
  const result = tablesFor(packs.reduce((sum, { blobs }) => sum + blobs.length, 0));
  let count = 0;
  for (const { id, blobs } of packs) {
    if (!isId(id)) throw damaged("An index names a pack by something that is not an id.");
    result.packs.push({ id, from: count, to: count + blobs.length });
    for (const blob of blobs) {
      if (!isId(blob.id) || (blob.type !== "data" && blob.type !== "tree")) {
        throw damaged("An index names a blob by something that is not an id.");
      }
      result.ids.set(Buffer.from(blob.id, "hex"), count * ID_BYTES);
      result.trees[count] = blob.type === "tree" ? 1 : 0;
      result.places.set([blob.offset, blob.length, blob.uncompressed_length ?? 0], count * 3);
      count++;
    }
  }
  return result;
}
