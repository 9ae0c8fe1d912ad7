import type { UploadItem, UploadStatus } from "../types";
import { Rate } from "./rate";

export type UploadTotals = {
  counts: Record<UploadStatus, number>;
  bytes: number;
  sent: number;
  /** Bytes per second, over the last seconds. */
  rate: number;
  secondsLeft: number | null;
};

/** Counts along, so that nobody has to walk through thousands of items to know where everything stands. */
export class Tally {
  readonly counts: UploadTotals["counts"] = {
    waiting: 0,
    sending: 0,
    paused: 0,
    conflict: 0,
    done: 0,
    skipped: 0,
    failed: 0,
    lost: 0,
  };
  private bytes = 0;
  private sent = 0;
  private readonly rate = new Rate();
  private readonly fileRate = new Rate();

  add(item: UploadItem): void {
    this.counts[item.status]++;
    this.bytes += item.size;
    this.sent += item.sent;
  }

  remove(item: UploadItem): void {
    this.counts[item.status]--;
    this.bytes -= item.size;
    this.sent -= item.sent;
  }

  setStatus(item: UploadItem, status: UploadStatus): void {
    this.counts[item.status]--;
    this.counts[status]++;
    item.status = status;
    if (status === "done") this.fileRate.add(this.counts.done);
  }

  setSent(item: UploadItem, sent: number): void {
    this.sent += sent - item.sent;
    item.sent = sent;
    this.rate.add(this.sent);
  }

  /** Is anything left that somebody may still want? */
  get unfinished(): number {
    const { waiting, sending, paused, conflict, failed, lost } = this.counts;
    return waiting + sending + paused + conflict + failed + lost;
  }

  /** After a pause the last seconds say nothing about the next. */
  restart(): void {
    this.rate.reset();
    this.fileRate.reset();
  }

  /** Time left: by bytes, and where there are many small files by files; the longer of the two. */
  totals(): UploadTotals {
    const rate = this.rate.perSecond();
    const open = this.counts.waiting + this.counts.sending;
    const byBytes = rate > 0 ? (this.bytes - this.sent) / rate : null;
    const filesPerSecond = this.fileRate.perSecond();
    const byFiles = open > 20 && filesPerSecond > 0 ? open / filesPerSecond : 0;
    const secondsLeft = open === 0 || byBytes === null ? null : Math.max(byBytes, byFiles);
    return { counts: { ...this.counts }, bytes: this.bytes, sent: this.sent, rate, secondsLeft };
  }
}
