import type { MasterKey } from "../crypto/cipher.ts";

// Slabs and packs are shared, not sent: a buffer that is sent counts as new memory where it arrives, and collecting that costs more than the work.

/** What a worker is started with. */
export interface WorkerSettings {
  key: MasterKey;
  /** Of the Gear table. */
  secret: string;
  /** Sealed bytes from which on a pack is full. */
  packSize: number;
}

/** Cut parts into chunks and name them; then pack those that the main thread asks for. Both numbers of a part: offset and length in `slab`. */
export interface ChunkJob {
  kind: "chunk";
  slab: SharedArrayBuffer;
  parts: Uint32Array;
}

export interface ChunkAnswer {
  /** 32 bytes a chunk. */
  ids: Uint8Array;
  /** Bytes of each chunk. */
  lengths: Uint32Array;
  /** Chunks of each part. */
  counts: Uint32Array;
}

/** Pack blobs that the main thread has named already. */
export interface StoreJob {
  kind: "store";
  slab: SharedArrayBuffer;
  type: "data" | "tree";
  ids: Uint8Array;
  /** Offset and length of each blob in `slab`. */
  blobs: Uint32Array;
}

/** Check sealed blobs of an old pack and move them into a new one as they are. */
export interface CopyJob {
  kind: "copy";
  slab: SharedArrayBuffer;
  type: "data" | "tree";
  ids: Uint8Array;
  /** Offset in `slab`, sealed length and raw length (0: not compressed) of each blob. */
  blobs: Uint32Array;
}

/** Open sealed blobs into `plain`. */
export interface OpenJob {
  kind: "open";
  slab: SharedArrayBuffer;
  ids: Uint8Array;
  /** Offset in `slab`, sealed length, raw length (0: not compressed), and offset in `plain` of each blob. */
  blobs: Uint32Array;
  plain: SharedArrayBuffer;
}

export interface OpenAnswer {
  /** Positions of blobs that could not be opened, and why. */
  failed: [position: number, reason: string][];
}

/** Check a whole pack: its hash, its header against the index, every blob. */
export interface CheckJob {
  kind: "check";
  slab: SharedArrayBuffer;
  size: number;
  packId: string;
  /** What the index says is in the pack. */
  ids: Uint8Array;
  /** Type (0 data, 1 tree), offset, sealed length, raw length of each blob. */
  blobs: Uint32Array;
}

export interface CheckAnswer {
  problems: string[];
}

/** Close the packs that are not full yet. */
export interface FlushJob {
  kind: "flush";
}

export type Job = ChunkJob | StoreJob | CopyJob | OpenJob | CheckJob | FlushJob;

export type ToWorker =
  | { job: number; work: Job }
  /** Answer to a ChunkAnswer: 1 for each chunk that is to be packed. */
  | { job: number; wanted: Uint8Array }
  /** A pack was stored: its buffer may be used again. */
  | { buffer: SharedArrayBuffer };

export interface FinishedPack {
  id: string;
  type: "data" | "tree";
  /** The main thread's until it gives it back. */
  buffer: SharedArrayBuffer;
  size: number;
  /** The header's plaintext. */
  header: Uint8Array;
}

export type FromWorker =
  | { job: number; chunks: ChunkAnswer }
  | { job: number; done: unknown }
  | { job: number; error: { code: string | undefined; message: string } }
  | { pack: FinishedPack };
