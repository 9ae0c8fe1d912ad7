import { type Cipher, SEAL_BYTES, sha256Hex } from "../crypto/cipher.ts";
import { looksRandom } from "../format/compression.ts";
import { type BlobType, headerEntryBytes, packBytes, writeHeaderEntry } from "../format/pack.ts";
import { BlobOpener } from "./blob-opener.ts";
import { CIPHER, usedUp } from "./garbage.ts";
import type { FinishedPack } from "./protocol.ts";
import { ReusedZstd } from "./reused-zstd.ts";

/** Room for one more blob of the largest chunk behind a pack that is nearly full. */
const SLACK = 9 * 1024 * 1024;
/** One that is filled, one that is on its way to the store. */
const BUFFERS = 2;
/** A pack of tiny blobs is closed before its header grows past what readers take. */
const MOST_BLOBS = 50_000;

/** Buffers for packs, which the main thread sees too. Waiting for one is what holds a worker back when the store is slower. */
export class PackBuffers {
  readonly #size: number;
  readonly #free: SharedArrayBuffer[] = [];
  readonly #waiting: ((buffer: SharedArrayBuffer) => void)[] = [];
  #made = 0;

  constructor(packSize: number) {
    this.#size = packSize + SLACK;
  }

  async take(atLeast: number): Promise<SharedArrayBuffer> {
    if (atLeast > this.#size) return new SharedArrayBuffer(atLeast);
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made < BUFFERS) {
      this.#made++;
      return new SharedArrayBuffer(this.#size);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength !== this.#size) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(buffer);
    else this.#free.push(buffer);
  }
}

/** For all packs of a thread, which works on one blob at a time. */
const zstd = ReusedZstd.compressor();

interface PackedEntry {
  /** In memory of its own: a piece of Buffer's pool would hold on to 64 KiB of it until the pack is full. */
  id: Uint8Array;
  type: BlobType;
  length: number;
  rawLength: number;
}

/** Fills packs of one type. Every blob is opened again and hashed before it counts as packed. */
export class PackBuilder {
  readonly #type: BlobType;
  readonly #cipher: Cipher;
  readonly #opener: BlobOpener;
  readonly #buffers: PackBuffers;
  readonly #packSize: number;
  readonly #emit: (pack: FinishedPack) => void;
  #buffer: Buffer<SharedArrayBuffer> | null = null;
  #used = 0;
  #entryBytes = 0;
  #entries: PackedEntry[] = [];

  constructor(
    type: BlobType,
    cipher: Cipher,
    settings: { packSize: number; buffers: PackBuffers; emit: (pack: FinishedPack) => void },
  ) {
    this.#type = type;
    this.#cipher = cipher;
    this.#opener = new BlobOpener(cipher);
    this.#packSize = settings.packSize;
    this.#buffers = settings.buffers;
    this.#emit = settings.emit;
  }

  /** Compresses where it helps, seals, checks, appends. */
  async add(id: Uint8Array, plaintext: Uint8Array): Promise<void> {
    // Trees are always stored compressed: restic takes others for leftovers of version 1.
    const tree = this.#type === "tree";
    const compressed = !tree && looksRandom(plaintext) ? plaintext : zstd.compress(plaintext);
    const useful = tree || compressed.length < plaintext.length - (plaintext.length >> 6);
    const bytes = useful ? compressed : plaintext;
    const buffer = await this.#room(bytes.length + SEAL_BYTES);
    const start = this.#used;
    const end = this.#cipher.sealInto(buffer, start, bytes);
    usedUp(bytes.length, CIPHER);
    this.#append(id, end - start, useful ? plaintext.length : 0);
  }

  /** Appends a blob that is sealed already. */
  async addSealed(id: Uint8Array, sealed: Uint8Array, rawLength: number): Promise<void> {
    const buffer = await this.#room(sealed.length);
    buffer.set(sealed, this.#used);
    this.#append(id, sealed.length, rawLength);
  }

  /** Closes the pack in progress, if there is one. */
  flush(): void {
    if (this.#entries.length > 0) this.#finish();
  }

  #append(id: Uint8Array, length: number, rawLength: number): void {
    const sealed = (this.#buffer as Buffer).subarray(this.#used, this.#used + length);
    this.#opener.open(id, sealed, rawLength);
    this.#entries.push({ id: new Uint8Array(id), type: this.#type, length, rawLength });
    this.#entryBytes += headerEntryBytes(rawLength);
    this.#used += length;
    if (this.#used >= this.#packSize || this.#entries.length >= MOST_BLOBS) this.#finish();
  }

  async #room(bytes: number): Promise<Buffer> {
    const entries = this.#entryBytes + headerEntryBytes(1);
    if (this.#buffer !== null && packBytes(this.#used + bytes, entries) > this.#buffer.length) this.#finish();
    if (this.#buffer === null) {
      this.#buffer = Buffer.from(await this.#buffers.take(packBytes(bytes, headerEntryBytes(1))));
    }
    return this.#buffer;
  }

  #finish(): void {
    const buffer = this.#buffer as Buffer<SharedArrayBuffer>;
    const header = Buffer.allocUnsafeSlow(this.#entryBytes);
    let at = 0;
    for (const entry of this.#entries) at = writeHeaderEntry(header, at, entry);
    const end = this.#cipher.sealInto(buffer, this.#used, header);
    const size = buffer.writeUInt32LE(end - this.#used, end);
    const id = sha256Hex(buffer.subarray(0, size));
    this.#emit({ id, type: this.#type, buffer: buffer.buffer, size, header });
    this.#buffer = null;
    this.#used = 0;
    this.#entryBytes = 0;
    this.#entries = [];
  }
}
