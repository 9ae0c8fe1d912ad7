import type { Batch, StoredItem } from "./types";

/**
 * The queue on disk (IndexedDB), so that a reload or a crash of the browser loses none of it. Two stores, `batches` and
 * `items`; an item goes when it is done. Where the browser refuses storage, uploads work all the same, without this.
 */
export class Journal {
  private readonly database: Promise<IDBDatabase | null>;
  private puts = new Map<string, StoredItem>();
  private deletes = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: string) {
    this.database = new Promise((resolve) => {
      try {
        const request = indexedDB.open(`holdfast-uploads-${owner}`, 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore("batches", { keyPath: "id" });
          request.result.createObjectStore("items", { keyPath: "id" });
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  private async load(): Promise<{ batches: Batch[]; items: StoredItem[] }> {
    const database = await this.database;
    if (!database) return { batches: [], items: [] };
    const all = <T>(store: string) =>
      new Promise<T[]>((resolve) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result as T[]);
        request.onerror = () => resolve([]);
      });
    const [batches, items] = await Promise.all([all<Batch>("batches"), all<StoredItem>("items")]);
    return { batches, items };
  }

  /** What no tab is working on. Batches of which nothing is left go. */
  async leftBehind(elsewhere: ReadonlySet<string>): Promise<{ batches: Batch[]; items: StoredItem[] }> {
    const { batches, items } = await this.load();
    const used = new Set(items.map((item) => item.batchId));
    const ours = batches.filter(({ id }) => !elsewhere.has(id));
    for (const { id } of ours) if (!used.has(id)) void this.deleteBatch(id);
    const known = new Set(ours.map(({ id }) => id).filter((id) => used.has(id)));
    return {
      batches: ours.filter(({ id }) => known.has(id)),
      items: items.filter(({ batchId }) => known.has(batchId)),
    };
  }

  async putBatch(batch: Batch): Promise<void> {
    const database = await this.database;
    const put = (value: Batch) => database?.transaction("batches", "readwrite").objectStore("batches").put(value);
    try {
      put(batch);
    } catch {
      // Some browsers cannot keep handles; the rest is worth keeping.
      put({ ...batch, handles: undefined });
    }
  }

  async deleteBatch(id: string): Promise<void> {
    (await this.database)?.transaction("batches", "readwrite").objectStore("batches").delete(id);
  }

  put(item: StoredItem): void {
    const { id, batchId, dir, name, size, lastModified, tusUrl } = item;
    this.deletes.delete(id);
    this.puts.set(id, { id, batchId, dir, name, size, lastModified, tusUrl });
    this.flushSoon();
  }

  delete(id: string): void {
    // What never reached the disk need not leave it, but it may have: deleting nothing is harmless.
    this.puts.delete(id);
    this.deletes.add(id);
    this.flushSoon();
  }

  private flushSoon(): void {
    this.timer ??= setTimeout(() => void this.flush(), 300);
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const { puts, deletes } = this;
    this.puts = new Map();
    this.deletes = new Set();
    const database = await this.database;
    if (!database) return;
    const store = database.transaction("items", "readwrite", { durability: "relaxed" }).objectStore("items");
    for (const item of puts.values()) store.put(item);
    for (const id of deletes) store.delete(id);
  }
}
