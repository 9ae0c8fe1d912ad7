import type { Batch, StoredItem } from "../types";
import type { Kept, Shelf } from "./shelf";

const writeAfterMs = 300;

/** The queue as a reload finds it again. An item goes when it is done. Items are written together, a moment later. */
export class Journal {
  private readonly shelf: Promise<Shelf>;
  private puts = new Map<string, StoredItem>();
  private deletes = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(shelf: Promise<Shelf>) {
    this.shelf = shelf;
  }

  /** What no tab is working on. Batches of which nothing is left go. */
  async leftBehind(elsewhere: ReadonlySet<string>): Promise<Kept> {
    const { batches, items } = await (await this.shelf).load();
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
    await (await this.shelf).putBatch(batch);
  }

  async deleteBatch(id: string): Promise<void> {
    await (await this.shelf).deleteBatch(id);
  }

  put(item: StoredItem): void {
    const { id, batchId, dir, name, size, lastModified, tusUrl } = item;
    this.deletes.delete(id);
    this.puts.set(id, { id, batchId, dir, name, size, lastModified, tusUrl });
    this.writeSoon();
  }

  /** Written at once: where the server keeps a large file is worth more than a moment. */
  putNow(item: StoredItem): void {
    this.put(item);
    clearTimeout(this.timer);
    void this.write();
  }

  delete(id: string): void {
    // What never reached the disk need not leave it, but it may have: deleting nothing is harmless.
    this.puts.delete(id);
    this.deletes.add(id);
    this.writeSoon();
  }

  private writeSoon(): void {
    this.timer ??= setTimeout(() => void this.write(), writeAfterMs);
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    const changes = { puts: [...this.puts.values()], deletes: [...this.deletes] };
    this.puts = new Map();
    this.deletes = new Set();
    await (await this.shelf).change(changes);
  }
}
