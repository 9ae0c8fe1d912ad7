import type { Batch, StoredItem } from "../types";

export type Kept = { batches: Batch[]; items: StoredItem[] };

/** What is written together. */
export type Changes = { puts: readonly StoredItem[]; deletes: readonly string[] };

/** Where a journal keeps its entries. */
export interface Shelf {
  load(): Promise<Kept>;
  putBatch(batch: Batch): Promise<void>;
  deleteBatch(id: string): Promise<void>;
  change(changes: Changes): Promise<void>;
}

/** Keeps as long as the page lives: where the browser refuses storage, uploads work all the same. */
export class MemoryShelf implements Shelf {
  private readonly batches = new Map<string, Batch>();
  private readonly items = new Map<string, StoredItem>();

  async load(): Promise<Kept> {
    return { batches: [...this.batches.values()], items: [...this.items.values()] };
  }
  async putBatch(batch: Batch): Promise<void> {
    this.batches.set(batch.id, batch);
  }
  async deleteBatch(id: string): Promise<void> {
    this.batches.delete(id);
  }
  async change({ puts, deletes }: Changes): Promise<void> {
    for (const item of puts) this.items.set(item.id, item);
    for (const id of deletes) this.items.delete(id);
  }
}
