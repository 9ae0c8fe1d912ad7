import { Drawn } from "./drawn";
import { Tally, type UploadTotals } from "./tally";
import type { UploadItem, UploadStatus } from "./types";

/** The uploads of a page, counted along, with what could not become one. */
export class UploadList extends Drawn {
  readonly items = new Map<string, UploadItem>();
  /** Folders still being read. */
  reading = 0;
  unreadable: string[] = [];
  protected readonly tally = new Tally();

  totals(): UploadTotals {
    return this.tally.totals();
  }

  protected setStatus(item: UploadItem, status: UploadStatus): void {
    this.tally.setStatus(item, status);
    this.draw();
  }

  protected setSent(item: UploadItem, sent: number): void {
    this.tally.setSent(item, sent);
    this.draw();
  }

  protected track(item: UploadItem): void {
    this.items.set(item.id, item);
    this.tally.add(item);
  }

  protected untrack(item: UploadItem): void {
    this.items.delete(item.id);
    this.tally.remove(item);
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
}
