import type { ObjectStore, Spool } from "@holdfast/storage";

export interface StoreGuard {
  /** Which keys ask for room. */
  guards(key: string): boolean;
  /** Room for one write; rejects where it would take what is kept. What it returns is called when the write has ended. */
  take(bytes: number): Promise<() => void>;
  /** Of so many free bytes, those that may be taken. */
  available(freeBytes: number): number;
  /** A new object has been begun. */
  begun(): void;
}

/** The same store, where what is written asks for room first: at the latest each megabyte, whatever a request has announced. */
export function guardStore(store: ObjectStore, guard: StoreGuard): ObjectStore {
  return {
    async put(key, bytes) {
      if (!guard.guards(key)) return store.put(key, bytes);
      guard.begun();
      return taking(guard, bytes.length, () => store.put(key, bytes));
    },
    async spool() {
      guard.begun();
      return guardSpool(await taking(guard, 0, () => store.spool()), guard);
    },
    get: (key, sink, range, onOpen) => store.get(key, sink, range, onOpen),
    move: (from, to) => store.move(from, to),
    head: (key) => store.head(key),
    delete: (keys) => store.delete(keys),
    list: (prefix) => store.list(prefix),
    leftovers: (options) => store.leftovers(options),
    async probe() {
      const found = await store.probe();
      return found.freeBytes === null ? found : { ...found, freeBytes: guard.available(found.freeBytes) };
    },
    close: () => store.close(),
  };
}

async function taking<T>(guard: StoreGuard, bytes: number, write: () => Promise<T>): Promise<T> {
  const landed = await guard.take(bytes);
  try {
    return await write();
  } finally {
    landed();
  }
}

function guardSpool(spool: Spool, guard: StoreGuard): Spool {
  return {
    get size() {
      return spool.size;
    },
    write: (bytes) => taking(guard, bytes.length, () => spool.write(bytes)),
    commit: (key, before) => spool.commit(key, before),
    discard: () => spool.discard(),
  };
}
