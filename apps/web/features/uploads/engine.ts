import { hasCode, problemOf } from "@/lib/api";
import type { Found } from "./collect";
import { FolderMaker } from "./folders";
import { Journal } from "./journal";
import { discardAtServer, uploadIdOf } from "./kept";
import { matchLost } from "./match-lost";
import { OtherTabs } from "./other-tabs";
import { largeAtOnce, pauses, slots } from "./pace";
import { Rate } from "./rate";
import { Tally, type UploadTotals } from "./tally";
import { Stopped, startTransfer } from "./transfer";
import { type Batch, type ConflictChoice, newId, smallFile, type UploadItem, type UploadStatus } from "./types";

const drawEvery = 250;

/** All uploads of the page. Lives as long as the page, not as long as a view; tells its listeners four times a second. */
export class UploadEngine {
  readonly items = new Map<string, UploadItem>();
  readonly batches = new Map<string, Batch>();
  paused = false;
  /** Why everything stands still, for people. */
  pauseReason = "";
  /** Folders still being read. */
  reading = 0;
  unreadable: string[] = [];
  version = 0;
  private readonly small: UploadItem[] = [];
  private readonly large: UploadItem[] = [];
  private readonly active = new Set<UploadItem>();
  private readonly tally = new Tally();
  private readonly folders = new FolderMaker();
  private readonly journal: Journal;
  private readonly otherTabs: OtherTabs;
  private readonly listeners = new Set<() => void>();
  private drawTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly onStored: (folderId: string | null) => void;

  constructor(owner: string, onStored: (folderId: string | null) => void) {
    this.journal = new Journal(owner);
    this.otherTabs = new OtherTabs(owner, () => this.batches.keys());
    this.onStored = onStored;
    window.addEventListener("online", this.pump);
  }

  /** Stops and lets go; what is unfinished stays in the journal. */
  close(): void {
    this.pause();
    this.otherTabs.close();
    window.removeEventListener("online", this.pump);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getVersion = (): number => this.version;

  draw(): void {
    this.drawTimer ??= setTimeout(() => {
      this.drawTimer = undefined;
      this.version++;
      for (const listener of this.listeners) listener();
    }, drawEvery);
  }

  totals(): UploadTotals {
    return this.tally.totals();
  }

  private setStatus(item: UploadItem, status: UploadStatus): void {
    this.tally.setStatus(item, status);
    this.draw();
  }

  private setSent(item: UploadItem, sent: number): void {
    this.tally.setSent(item, sent);
    this.draw();
  }

  private track(item: UploadItem): void {
    this.items.set(item.id, item);
    this.tally.add(item);
  }

  private untrack(item: UploadItem): void {
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

  addBatch(targetId: string | null, targetName: string): Batch {
    const batch: Batch = { id: newId(), targetId, targetName, createdAt: Date.now() };
    this.batches.set(batch.id, batch);
    void this.journal.putBatch(batch);
    this.draw();
    return batch;
  }

  keepHandles(batch: Batch, handles: FileSystemHandle[]): void {
    batch.handles = handles;
    void this.journal.putBatch(batch);
  }

  add(batch: Batch, found: readonly Found[]): void {
    if (this.active.size === 0 && this.tally.counts.waiting === 0) {
      this.tally.restart();
      this.folders.forget();
    }
    for (const { file, dir } of found) {
      const { name, size, lastModified } = file;
      const id = newId();
      const item: UploadItem = {
        id,
        batchId: batch.id,
        dir,
        name,
        size,
        lastModified,
        file,
        status: "waiting",
        sent: 0,
        tries: 0,
      };
      this.track(item);
      this.enqueue(item);
      this.journal.put(item);
    }
    this.draw();
    this.pump();
  }

  addEmptyFolder(batch: Batch, dir: string): void {
    this.folders.ensure(batch.targetId, dir).then(
      () => this.onStored(batch.targetId),
      () => this.couldNotRead(dir),
    );
  }

  private enqueue(item: UploadItem): void {
    (item.size <= smallFile ? this.small : this.large).push(item);
  }

  private next(): UploadItem | undefined {
    const largeActive = [...this.active].filter((item) => item.size > smallFile).length;
    const take = (queue: UploadItem[]) => {
      while (queue.length > 0) {
        const item = queue.shift();
        if (item?.status === "waiting") return item;
      }
      return undefined;
    };
    return (largeActive < largeAtOnce ? take(this.large) : undefined) ?? take(this.small);
  }

  private readonly pump = (): void => {
    while (!this.paused && navigator.onLine && this.active.size < slots()) {
      const item = this.next();
      if (!item) return;
      this.active.add(item);
      this.setStatus(item, "sending");
      void this.send(item).finally(() => {
        this.active.delete(item);
        item.stop = undefined;
        item.rate = undefined;
        this.pump();
      });
    }
  };

  private async send(item: UploadItem): Promise<void> {
    const batch = this.batches.get(item.batchId);
    if (!batch || !item.file) return this.setStatus(item, "lost");
    try {
      const parentId = await this.folders.ensure(batch.targetId, item.dir);
      if (item.status !== "sending") return;
      const rate = new Rate();
      const transfer = startTransfer(
        item,
        item.file,
        { parentId, conflict: batch.conflict },
        {
          onProgress: (sent) => {
            if (item.status !== "sending") return;
            this.setSent(item, sent);
            rate.add(sent);
            item.rate = rate.perSecond();
          },
          onTusUrl: (url) => {
            item.tusUrl = url;
            this.journal.put(item);
          },
        },
      );
      item.stop = transfer.stop;
      await transfer.done;
      this.end(item, "done");
      this.onStored(parentId);
      if (item.dir) this.onStored(batch.targetId);
    } catch (error) {
      this.failed(item, batch, error);
    }
  }

  private end(item: UploadItem, status: "done" | "skipped"): void {
    this.setSent(item, item.size);
    this.setStatus(item, status);
    // Thousands of file objects need not stay in memory.
    item.file = undefined;
    this.journal.delete(item.id);
    this.forgetBatchIfDone(item.batchId);
  }

  private failed(item: UploadItem, batch: Batch, error: unknown): void {
    if (error instanceof Stopped || item.status !== "sending") return;
    if (item.kept && hasCode(error, "not_found", "gone")) {
      // Somebody has discarded what had arrived.
      item.kept = false;
      item.tusUrl = undefined;
      return this.again(item);
    }
    if (hasCode(error, "name_taken")) {
      item.kept = item.tusUrl !== undefined;
      if (!item.kept) this.setSent(item, 0);
      if (batch.conflict === "skip") return this.skip(item);
      if (batch.conflict) {
        this.setStatus(item, "waiting");
        return this.enqueue(item);
      }
      return this.setStatus(item, "conflict");
    }
    if (hasCode(error, "unauthenticated", "session_ended", "quota_exceeded", "disk_full")) {
      // The same will meet every other file: stand still with the reason instead of failing thousands.
      this.setStatus(item, "waiting");
      this.enqueue(item);
      return this.pause(problemOf(error).message);
    }
    const pause = pauses[item.tries++];
    if (hasCode(error, "unavailable", "rate_limited", "busy", "upload_busy") && pause !== undefined) {
      this.setStatus(item, "waiting");
      setTimeout(() => {
        this.enqueue(item);
        this.pump();
      }, pause);
      return;
    }
    item.error = problemOf(error).message;
    this.setStatus(item, "failed");
  }

  private skip(item: UploadItem): void {
    if (item.kept) discardAtServer(item);
    this.end(item, "skipped");
  }

  private forgetBatchIfDone(batchId: string): void {
    if (this.tally.unfinished > 0 || this.reading > 0) return;
    void this.journal.deleteBatch(batchId);
  }

  /** Answers for every clash in this batch, now and later. */
  decide(batchId: string, choice: ConflictChoice): void {
    const batch = this.batches.get(batchId);
    if (!batch) return;
    batch.conflict = choice;
    void this.journal.putBatch(batch);
    for (const item of this.items.values()) {
      if (item.batchId !== batchId || item.status !== "conflict") continue;
      if (choice === "skip") this.skip(item);
      else this.again(item);
    }
    this.pump();
  }

  private again(item: UploadItem): void {
    item.error = undefined;
    item.tries = 0;
    this.setStatus(item, item.file ? "waiting" : "lost");
    if (item.file) this.enqueue(item);
  }

  pause(reason = ""): void {
    this.paused = true;
    this.pauseReason = reason;
    for (const item of [...this.active]) {
      // Small ones are through in a moment; large ones keep what has arrived.
      if (item.size <= smallFile) continue;
      item.stop?.(false);
      this.setStatus(item, "waiting");
      this.large.unshift(item);
    }
    this.tally.restart();
    this.draw();
  }

  resume(): void {
    this.paused = false;
    this.pauseReason = "";
    this.draw();
    this.pump();
  }

  pauseItem(item: UploadItem): void {
    item.stop?.(false);
    this.setStatus(item, "paused");
  }

  retryItem(item: UploadItem): void {
    this.again(item);
    this.pump();
  }

  retryFailed(): void {
    for (const item of this.items.values()) if (item.status === "failed") this.again(item);
    this.pump();
  }

  /** Gives an item up; what the server holds of it goes too. */
  cancelItem(item: UploadItem): void {
    if (item.stop) item.stop(true);
    else discardAtServer(item);
    this.forget(item);
  }

  private forget(item: UploadItem): void {
    this.untrack(item);
    item.status = "skipped";
    this.journal.delete(item.id);
    this.draw();
  }

  /** Of what a reload left behind: the server has all their bytes, so nobody need find the files again. */
  forgetLost(uploadIds: ReadonlySet<string>): void {
    for (const item of [...this.items.values()])
      if (item.status === "lost" && uploadIds.has(uploadIdOf(item) ?? "")) this.forget(item);
  }

  cancelAll(): void {
    for (const item of [...this.items.values()]) if (item.status !== "done") this.cancelItem(item);
    this.paused = false;
    this.pauseReason = "";
    this.clearFinished();
  }

  clearFinished(): void {
    for (const item of [...this.items.values()]) {
      if (item.status === "done" || item.status === "skipped") this.untrack(item);
    }
    if (this.items.size === 0) {
      for (const batch of this.batches.keys()) void this.journal.deleteBatch(batch);
      this.batches.clear();
      this.unreadable = [];
    }
    this.draw();
  }

  /** What a reload left behind comes back as `lost`: known by name, waiting for its file. */
  async restore(): Promise<void> {
    const [{ batches, items }, elsewhere] = await Promise.all([this.journal.load(), this.otherTabs.batches()]);
    const known = new Map(batches.map((batch) => [batch.id, batch]));
    for (const item of items) {
      const batch = known.get(item.batchId);
      if (!batch || elsewhere.has(batch.id) || this.items.has(item.id)) continue;
      this.batches.set(batch.id, batch);
      this.track({ ...item, status: "lost", sent: 0, tries: 0 });
    }
    const used = new Set(items.map((item) => item.batchId));
    for (const { id } of batches) {
      if (!used.has(id) && !elsewhere.has(id) && !this.batches.has(id)) void this.journal.deleteBatch(id);
    }
    this.draw();
  }

  /** Finds lost items again among files. Returns how many. */
  match(found: readonly Found[]): number {
    const matched = matchLost(this.items.values(), found);
    for (const { item, file } of matched) {
      item.file = file;
      this.again(item);
    }
    this.pump();
    return matched.length;
  }
}
