/**
 * The object store: where bytes live. Objects are immutable: a key is only ever put with the same bytes (its name is a hash of them, or
 * unique), so a `put` of an existing key is a success. It replaces what is there: bytes that a disk has spoiled are right again afterwards. Keys are
 * ASCII (`[a-z0-9/._-]`, at most 512 bytes, no part empty or beginning with a dot), never file names.
 */
export interface ObjectStore {
  /** Stores all of `bytes`, which may be memory that threads share, under `key`. Resolves only when they would survive a power cut. */
  put(key: string, bytes: Uint8Array): Promise<void>;

  /**
   * A place to stream an object into when its key (a hash, usually) is known only at the end. At most 64 MiB.
   * Whoever creates a spool must `commit` or `discard` it.
   */
  spool(): Promise<Spool>;

  /**
   * Pushes the bytes `start` (inclusive) to `end` (exclusive) of an object into `sink`, in order. The chunk is only valid until
   * the promise that `sink` returns settles: the driver reuses its buffers. Without a range, the whole object.
   * Never pushes more or fewer bytes than the object (or the range) has by the size that `onOpen` is told, without rejecting.
   * @param onOpen called before the first byte is pushed, once more where a broken connection was taken up again; what it throws is
   * thrown on, and nothing more is pushed
   * @throws ObjectNotFound, or RangeError where the range leaves the object. What `sink` throws is thrown on.
   */
  get(key: string, sink: Sink, range?: ByteRange, onOpen?: OnOpen): Promise<void>;

  /** Size of an object in bytes, or null where it does not exist. */
  head(key: string): Promise<ObjectInfo | null>;

  /** Deletes objects, durably once it resolves; keys that do not exist are no error. */
  delete(keys: readonly string[]): Promise<void>;

  /**
   * Gives an object another key, whatever its bytes are, even where they cannot be read; what has that key is replaced. Resolves when that
   * would survive a power cut. @throws ObjectNotFound
   */
  move(from: string, to: string): Promise<void>;

  /** Every object whose key starts with `prefix` (a prefix ends with `/`, or is empty), in no particular order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;

  /**
   * What writes that were cut short have left behind (temporary files), of which nobody has written for so long; removed with `remove`.
   * Where a driver leaves nothing behind, zeros.
   */
  leftovers(options: { olderThanMs: number; remove: boolean }): Promise<Leftovers>;

  /** Can this store be written, read and deleted from right now? Throws StorageError with a sentence an operator can act on. */
  probe(): Promise<ProbeResult>;

  close(): Promise<void>;
}

export type Sink = (chunk: Uint8Array) => Promise<void> | void;

/** What is known of an object once it is open. */
export interface OpenedObject {
  /** Bytes of the whole object. */
  size: number;
  /** Another one whenever the object was written. */
  version: string;
}

export type OnOpen = (object: OpenedObject) => void;

export interface Spool {
  /** Bytes written so far. */
  readonly size: number;
  /** Appends. The buffer may be reused once the promise settles. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Makes what was written durable under `key`. After it failed, the spool is done: the bytes have to be written into a new one. The object has
   * no key before `before` is fulfilled, and never gets it when that is rejected; the bytes are flushed meanwhile.
   */
  commit(key: string, before?: Promise<unknown>): Promise<void>;
  /** Forgets what was written. Never throws. */
  discard(): Promise<void>;
}

export interface ByteRange {
  /** First byte. */
  start: number;
  /** One past the last byte. */
  end: number;
}

export interface ObjectInfo {
  key: string;
  /** Bytes. */
  size: number;
  /** When the object was stored, where the driver knows. */
  modifiedAt?: Date;
}

export interface Leftovers {
  count: number;
  /** Bytes. */
  bytes: number;
}

export interface ProbeResult {
  /** Bytes that can still be stored, or null where nobody knows (S3). */
  freeBytes: number | null;
}
