export { type Digest, digestObject } from "./digest-object.ts";
export { createLocalStore } from "./drivers/local.ts";
export { createMemoryStore } from "./drivers/memory.ts";
export { createS3Store, type S3StoreOptions } from "./drivers/s3.ts";
export { ObjectNotFound, StorageError, type StorageErrorCode, type StoreSetting } from "./errors.ts";
export type {
  ByteRange,
  Leftovers,
  ObjectInfo,
  ObjectStore,
  OnOpen,
  OpenedObject,
  ProbeResult,
  Sink,
  Spool,
} from "./object-store.ts";
export { readObject } from "./read-object.ts";
export { type RetryOptions, withRetry } from "./wrappers/retry.ts";
