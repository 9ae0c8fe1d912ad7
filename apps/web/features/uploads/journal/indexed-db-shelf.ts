import type { Batch, StoredItem } from "../types";
import { type Changes, type Kept, MemoryShelf, type Shelf } from "./shelf";

/** The shelf of one user: on disk (IndexedDB), so that a reload or a crash of the browser loses none of it. */
export function openShelf(owner: string): Promise<Shelf> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(`holdfast-uploads-${owner}`, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("batches", { keyPath: "id" });
        request.result.createObjectStore("items", { keyPath: "id" });
      };
      request.onsuccess = () => resolve(new IndexedDbShelf(request.result));
      request.onerror = () => resolve(new MemoryShelf());
    } catch {
      resolve(new MemoryShelf());
    }
  });
}

class IndexedDbShelf implements Shelf {
  private readonly database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.database = database;
  }

  async load(): Promise<Kept> {
    const all = <T>(store: string) =>
      new Promise<T[]>((resolve) => {
        const request = this.database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result as T[]);
        request.onerror = () => resolve([]);
      });
    const [batches, items] = await Promise.all([all<Batch>("batches"), all<StoredItem>("items")]);
    return { batches, items };
  }

  async putBatch(batch: Batch): Promise<void> {
    const put = (value: Batch) => this.database.transaction("batches", "readwrite").objectStore("batches").put(value);
    try {
      put(batch);
    } catch {
      // Some browsers cannot keep handles; the rest is worth keeping.
      put({ ...batch, handles: undefined });
    }
  }

  async deleteBatch(id: string): Promise<void> {
    this.database.transaction("batches", "readwrite").objectStore("batches").delete(id);
  }

  async change({ puts, deletes }: Changes): Promise<void> {
    const store = this.database.transaction("items", "readwrite", { durability: "relaxed" }).objectStore("items");
    for (const item of puts) store.put(item);
    for (const id of deletes) store.delete(id);
  }
}
