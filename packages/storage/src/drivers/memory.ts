import { ObjectNotFound } from "../errors.ts";
import { checkKey, checkPrefix } from "../object-key.ts";
import type { ObjectStore, Spool } from "../object-store.ts";
import { checkRange } from "../range.ts";
import { MemorySpool } from "./memory-spool.ts";

const CHUNK = 1024 * 1024;

/** Objects in this process's memory, for tests. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, { bytes: Buffer; modifiedAt: Date; version: string }>();
  let puts = 0;

  const put = async (key: string, bytes: Uint8Array): Promise<void> => {
    checkKey(key);
    objects.set(key, { bytes: Buffer.from(bytes), modifiedAt: new Date(), version: String(++puts) });
  };

  return {
    put,
    async spool(): Promise<Spool> {
      return new MemorySpool(put);
    },
    async get(key, sink, range, onOpen) {
      checkKey(key);
      const object = objects.get(key);
      if (object === undefined) throw new ObjectNotFound(key);
      onOpen?.({ size: object.bytes.length, version: object.version });
      const { start, end } = checkRange(range, object.bytes.length);
      for (let at = start; at < end; at += CHUNK) {
        // A copy: what the sink does to its chunk must not reach the object.
        await sink(Buffer.from(object.bytes.subarray(at, Math.min(end, at + CHUNK))));
      }
    },
    async head(key) {
      checkKey(key);
      const object = objects.get(key);
      return object === undefined ? null : { key, size: object.bytes.length, modifiedAt: object.modifiedAt };
    },
    async delete(keys) {
      for (const key of keys) checkKey(key);
      for (const key of keys) objects.delete(key);
    },
    async move(from, to) {
      for (const key of [from, to]) checkKey(key);
      const object = objects.get(from);
      if (object === undefined) throw new ObjectNotFound(from);
      objects.delete(from);
      objects.set(to, object);
    },
    async *list(prefix) {
      checkPrefix(prefix);
      for (const [key, { bytes, modifiedAt }] of [...objects]) {
        if (key.startsWith(prefix)) yield { key, size: bytes.length, modifiedAt };
      }
    },
    async leftovers() {
      return { count: 0, bytes: 0 };
    },
    async probe() {
      return { freeBytes: null };
    },
    async close() {},
  };
}
