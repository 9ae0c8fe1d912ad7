import { type ObjectStore, readObject } from "@holdfast/storage";
import { type Cipher, SEAL_BYTES } from "../crypto/cipher.ts";
import { damaged } from "../errors.ts";
import { ID_BYTES, packKey } from "./ids.ts";

export type BlobType = "data" | "tree";

/** A blob's place, as the header of its pack or an index says it. */
export interface PackedBlob {
  id: Buffer;
  type: BlobType;
  /** Bytes from the start of the pack. */
  offset: number;
  /** Sealed bytes. */
  length: number;
  /** Bytes of the plaintext, or 0 where the blob is stored without compression. */
  rawLength: number;
}

/** The largest plaintexts that are believed in: chunks of restic have 8 MiB at most, and no longer tree fits into a string. */
const LARGEST: Record<BlobType, number> = { data: 64 * 1024 * 1024, tree: 512 * 1024 * 1024 };

/** Whether a blob can have these bytes, sealed and (0 where it is not compressed) plain. */
export function isPossible({ type, length, rawLength }: Pick<PackedBlob, "type" | "length" | "rawLength">): boolean {
  // What zstd makes of noise is a little more than it was.
  const sealed = LARGEST[type] + LARGEST[type] / 128 + SEAL_BYTES;
  return length >= SEAL_BYTES && length <= sealed && rawLength >= 0 && rawLength <= LARGEST[type];
}

export interface IndexedPack {
  id: string;
  blobs: readonly PackedBlob[];
}

const PLAIN_ENTRY = 1 + 4 + ID_BYTES;
const COMPRESSED_ENTRY = PLAIN_ENTRY + 4;
const LENGTH_FIELD = 4;
/** What a header takes besides its entries. */
const HEADER_OVERHEAD = SEAL_BYTES + LENGTH_FIELD;
/** restic refuses headers above this. */
const LARGEST_HEADER = 16 * 1024 * 1024;

export function headerEntryBytes(rawLength: number): number {
  return rawLength === 0 ? PLAIN_ENTRY : COMPRESSED_ENTRY;
}

/** Bytes of a pack whose blobs (sealed) and header entries take these bytes. */
export function packBytes(blobBytes: number, entryBytes: number): number {
  return blobBytes + entryBytes + HEADER_OVERHEAD;
}

/** Appends header entry `type || length || [raw length] || id` to `target`. Returns the offset behind it. */
export function writeHeaderEntry(
  target: Buffer,
  at: number,
  blob: Omit<PackedBlob, "offset" | "id"> & { id: Uint8Array },
): number {
  const compressed = blob.rawLength !== 0;
  let offset = target.writeUInt8((blob.type === "tree" ? 1 : 0) + (compressed ? 2 : 0), at);
  offset = target.writeUInt32LE(blob.length, offset);
  if (compressed) offset = target.writeUInt32LE(blob.rawLength, offset);
  target.set(blob.id, offset);
  return offset + ID_BYTES;
}

/** The blobs that a decrypted header names, in the order of the pack. */
export function parseHeader(header: Buffer): PackedBlob[] {
  const blobs: PackedBlob[] = [];
  let offset = 0;
  for (let at = 0; at < header.length; ) {
    const kind = header.readUInt8(at);
    if (kind > 3) throw damaged(`A pack's header holds the unknown type ${kind}.`);
    const compressed = kind >= 2;
    const bytes = compressed ? COMPRESSED_ENTRY : PLAIN_ENTRY;
    if (at + bytes > header.length) throw damaged("A pack's header ends in the middle of an entry.");
    const length = header.readUInt32LE(at + 1);
    const blob: PackedBlob = {
      id: header.subarray(at + bytes - ID_BYTES, at + bytes),
      type: kind % 2 === 1 ? "tree" : "data",
      offset,
      length,
      rawLength: compressed ? header.readUInt32LE(at + 5) : 0,
    };
    if (!isPossible(blob)) throw damaged("A pack's header names a blob of a length that none has.");
    blobs.push(blob);
    offset += length;
    at += bytes;
  }
  return blobs;
}

/** Bytes of the sealed header, from a pack's last four bytes. */
export function headerLength(lastBytes: Buffer, packSize: number): number {
  const length = lastBytes.readUInt32LE(lastBytes.length - LENGTH_FIELD);
  if (length < SEAL_BYTES || length > packSize - LENGTH_FIELD || length > LARGEST_HEADER) {
    throw damaged("The end of a pack does not name its header.");
  }
  return length;
}

/** The header of a pack in memory. */
export function openHeader(cipher: Cipher, pack: Buffer): PackedBlob[] {
  if (pack.length < HEADER_OVERHEAD) throw damaged("A pack is too short to be one.");
  const length = headerLength(pack, pack.length);
  const end = pack.length - LENGTH_FIELD;
  const blobs = parseHeader(cipher.open(pack.subarray(end - length, end)));
  const last = blobs.at(-1);
  if (last !== undefined && last.offset + last.length !== end - length) {
    throw damaged("The blobs of a pack do not fill it.");
  }
  return blobs;
}

/** The header of a pack in the store, in one or two reads of its end. */
export async function readHeader(store: ObjectStore, cipher: Cipher, id: string, size: number): Promise<PackedBlob[]> {
  if (size < HEADER_OVERHEAD) throw damaged(`The pack ${id} is too short to be one.`);
  const key = packKey(id);
  let tail = await readObject(store, key, { start: Math.max(0, size - 16 * 1024), end: size });
  const length = headerLength(tail, size);
  if (length + LENGTH_FIELD > tail.length) {
    tail = await readObject(store, key, { start: size - LENGTH_FIELD - length, end: size });
  }
  const end = tail.length - LENGTH_FIELD;
  return parseHeader(cipher.open(tail.subarray(end - length, end)));
}
