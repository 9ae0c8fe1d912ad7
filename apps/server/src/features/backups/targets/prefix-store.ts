import type { ObjectStore, Spool } from "@holdfast/storage";

/** A store below a prefix of another one: several repositories can share a bucket. `prefix` is empty or ends with a slash. */
export function withPrefix(store: ObjectStore, prefix: string): ObjectStore {
  if (prefix === "") return store;
  return {
    put: (key, bytes) => store.put(prefix + key, bytes),
    async spool(): Promise<Spool> {
      const spool = await store.spool();
      return {
        get size() {
          return spool.size;
        },
        write: (bytes) => spool.write(bytes),
        commit: (key) => spool.commit(prefix + key),
        discard: () => spool.discard(),
      };
    },
    get: (key, sink, range, onOpen) => store.get(prefix + key, sink, range, onOpen),
    async head(key) {
      const found = await store.head(prefix + key);
      return found && { ...found, key };
    },
    delete: (keys) => store.delete(keys.map((key) => prefix + key)),
    move: (from, to) => store.move(prefix + from, prefix + to),
    async *list(wanted) {
      for await (const found of store.list(prefix + wanted)) yield { ...found, key: found.key.slice(prefix.length) };
    },
    leftovers: (options) => store.leftovers(options),
    probe: () => store.probe(),
    close: () => store.close(),
  };
}
