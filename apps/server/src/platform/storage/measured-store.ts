import { type ObjectStore, type Spool, StorageError } from "@holdfast/storage";

export type StorageOperation = "put" | "spool" | "commit" | "get" | "head" | "delete" | "move" | "list" | "probe";
export type StorageOutcome = "ok" | "not_found" | "no_space" | "failed";

/** Told what a store does. */
export interface StoreObserver {
  /** An operation begins; what it returns is called when it has ended. */
  operation(name: StorageOperation): (outcome: StorageOutcome) => void;
  read(bytes: number): void;
  wrote(bytes: number): void;
}

/** The same store, whose operations are observed. */
export function measureStore(store: ObjectStore, observer: StoreObserver): ObjectStore {
  const observed = async <T>(name: StorageOperation, work: () => Promise<T>): Promise<T> => {
    const ended = observer.operation(name);
    try {
      const result = await work();
      ended("ok");
      return result;
    } catch (error) {
      ended(outcomeOf(error));
      throw error;
    }
  };
  return {
    async put(key, bytes) {
      await observed("put", () => store.put(key, bytes));
      observer.wrote(bytes.length);
    },
    spool: async () => measureSpool(await observed("spool", () => store.spool()), observed, observer),
    get: (key, sink, range, onOpen) =>
      observed("get", () =>
        store.get(
          key,
          (chunk) => {
            observer.read(chunk.length);
            return sink(chunk);
          },
          range,
          onOpen,
        ),
      ),
    move: (from, to) => observed("move", () => store.move(from, to)),
    head: (key) => observed("head", () => store.head(key)),
    delete: (keys) => observed("delete", () => store.delete(keys)),
    async *list(prefix) {
      const ended = observer.operation("list");
      let outcome: StorageOutcome = "ok";
      try {
        yield* store.list(prefix);
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        ended(outcome);
      }
    },
    leftovers: (options) => store.leftovers(options),
    probe: () => observed("probe", () => store.probe()),
    close: () => store.close(),
  };
}

function measureSpool(
  spool: Spool,
  observed: <T>(name: StorageOperation, work: () => Promise<T>) => Promise<T>,
  observer: StoreObserver,
): Spool {
  return {
    get size() {
      return spool.size;
    },
    write: (bytes) => spool.write(bytes),
    async commit(key, before) {
      await observed("commit", () => spool.commit(key, before));
      observer.wrote(spool.size);
    },
    discard: () => spool.discard(),
  };
}

/** What else comes out of an operation was thrown by the reader, such as a client that went away: the store did its part. */
function outcomeOf(error: unknown): StorageOutcome {
  if (!(error instanceof StorageError)) return "ok";
  return error.code === "not_found" || error.code === "no_space" ? error.code : "failed";
}
