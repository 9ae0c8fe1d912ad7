import type { ObjectStore, Spool } from "@holdfast/storage";

export interface StoreGuard {
  /** Which keys ask for room. */
  guards(key: string): boolean;
  /** Counts bytes as taken. Rejects where they would take what is kept. */
  take(bytes: number): Promise<void>;
  /** A new object has been begun. */
  begun(): void;
}

/** The same store, where what is written asks for room first: at the latest each megabyte, whatever a request has announced. */
export function guardStore(store: ObjectStore, guard: StoreGuard): ObjectStore {
  return {
    async put(key, bytes) {
      if (guard.guards(key)) {
        guard.begun();
        await guard.take(bytes.length);
      }
      return store.put(key, bytes);
    },
    async spool() {
      guard.begun();
      await guard.take(0);
      return guardSpool(await store.spool(), guard);
    },
    get: (key, sink, range, onOpen) => store.get(key, sink, range, onOpen),
    move: (from, to) => store.move(from, to),
    head: (key) => store.head(key),
    delete: (keys) => store.delete(keys),
    list: (prefix) => store.list(prefix),
    leftovers: (options) => store.leftovers(options),
    probe: () => store.probe(),
    close: () => store.close(),
  };
}

function guardSpool(spool: Spool, guard: StoreGuard): Spool {
  return {
    get size() {
      return spool.size;
    },
    async write(bytes) {
      await guard.take(bytes.length);
      return spool.write(bytes);
    },
    commit: (key, before) => spool.commit(key, before),
    discard: () => spool.discard(),
  };
}
