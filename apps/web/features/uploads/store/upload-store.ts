import type { Batch, UploadItem, UploadStatus } from "../types";
import { Drawn } from "./drawn";
import { Tally, type UploadTotals } from "./tally";

/** What a page shows of its uploads: the items, counted along, the batches, and what could not become one. */
export class UploadStore extends Drawn {
  readonly items = new Map<string, UploadItem>();
  readonly batches = new Map<string, Batch>();
  /** Folders still being read. */
  reading = 0;
  unreadable: string[] = [];
  private readonly tally = new Tally();

  totals(): UploadTotals {
    return this.tally.totals();
  }

  /** Is anything left that somebody may still want? */
  get isUnfinished(): boolean {
    return this.tally.unfinished > 0 || this.reading > 0;
  }

  /** After a pause the last seconds say nothing about the next. */
  restartRates(): void {
    this.tally.restart();
    this.draw();
  }

  withStatus(...statuses: UploadStatus[]): UploadItem[] {
    return [...this.items.values()].filter(({ status }) => statuses.includes(status));
  }

  inBatch(batchId: string, status: UploadStatus): UploadItem[] {
    return this.withStatus(status).filter((item) => item.batchId === batchId);
  }

  setStatus(item: UploadItem, status: UploadStatus): void {
    // What was given up is not counted any more.
    if (this.items.has(item.id)) this.tally.setStatus(item, status);
    else item.status = status;
    this.draw();
  }

  setSent(item: UploadItem, sent: number): void {
    if (this.items.has(item.id)) this.tally.setSent(item, sent);
    this.draw();
  }

  track(item: UploadItem): void {
    this.items.set(item.id, item);
    this.tally.add(item);
    this.draw();
  }

  untrack(item: UploadItem): void {
    this.items.delete(item.id);
    this.tally.remove(item);
    this.draw();
  }

  putBatch(batch: Batch): void {
    this.batches.set(batch.id, batch);
    this.draw();
  }

  beginReading(): void {
    this.reading++;
    this.draw();
  }

  endReading(): void {
    this.reading--;
    this.draw();
  }

  couldNotRead(path: string): void {
    this.unreadable.push(path);
    this.draw();
  }

  /** Done and skipped items go; with the last item everything goes. @returns the batches that went. */
  clearFinished(): string[] {
    for (const item of this.withStatus("done", "skipped")) this.untrack(item);
    this.draw();
    if (this.items.size > 0) return [];
    const batches = [...this.batches.keys()];
    this.batches.clear();
    this.unreadable = [];
    return batches;
  }
}
