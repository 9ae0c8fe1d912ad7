import type { Found } from "./collect";
import { openShelf } from "./journal/indexed-db-shelf";
import { Journal } from "./journal/journal";
import { matchLost } from "./journal/match-lost";
import { OtherTabs } from "./journal/other-tabs";
import type { Scheduler } from "./schedule/scheduler";
import { Sender } from "./sender";
import { UploadStore } from "./store/upload-store";
import { discardAtServer, uploadIdOf } from "./transfer/kept";
import { type Batch, type ConflictChoice, newId, newItem, type UploadItem } from "./types";

/** All uploads of the page, and what people do with them. Lives as long as the page, not as long as a view. */
export class UploadEngine {
  readonly store = new UploadStore();
  readonly scheduler: Scheduler<UploadItem>;
  private readonly sender: Sender;
  private readonly journal: Journal;
  private readonly otherTabs: OtherTabs;
  /** Uploads that the server has whole, by their ids there. */
  private readonly whole = new Set<string>();
  private readonly onStored: (folderId: string | null) => void;

  constructor(owner: string, onStored: (folderId: string | null) => void) {
    this.onStored = onStored;
    this.journal = new Journal(openShelf(owner));
    this.otherTabs = new OtherTabs(owner, () => this.store.batches.keys());
    this.sender = new Sender(this.store, this.journal, onStored);
    this.scheduler = this.sender.scheduler;
    window.addEventListener("online", this.scheduler.cameOnline);
  }

  /** Stops and lets go; what is unfinished stays in the journal. */
  close(): void {
    this.scheduler.close();
    this.otherTabs.close();
    window.removeEventListener("online", this.scheduler.cameOnline);
  }

  addBatch(targetId: string | null, targetName: string): Batch {
    const batch: Batch = { id: newId(), targetId, targetName, createdAt: Date.now() };
    this.store.putBatch(batch);
    void this.journal.putBatch(batch);
    return batch;
  }

  keepHandles(batch: Batch, handles: FileSystemHandle[]): void {
    batch.handles = handles;
    void this.journal.putBatch(batch);
  }

  add(batch: Batch, found: readonly Found[]): void {
    if (!this.scheduler.isSending && this.store.totals().counts.waiting === 0) {
      this.store.restartRates();
      this.sender.folders.forget();
    }
    for (const { file, dir } of found) {
      const item = newItem(batch, file, dir);
      this.store.track(item);
      this.scheduler.put(item);
      this.journal.put(item);
    }
    this.scheduler.run();
  }

  addEmptyFolder(batch: Batch, dir: string): void {
    this.sender.folders.ensure(batch.targetId, dir).then(
      () => this.onStored(batch.targetId),
      () => this.store.couldNotRead(dir),
    );
  }

  /** Answers for every clash in this batch, now and later. */
  decide(batchId: string, choice: ConflictChoice): void {
    const batch = this.store.batches.get(batchId);
    if (!batch) return;
    batch.conflict = choice;
    void this.journal.putBatch(batch);
    for (const item of this.store.inBatch(batchId, "conflict")) {
      if (choice === "skip") this.sender.skip(item);
      else this.sender.again(item);
    }
    this.scheduler.run();
  }

  pauseItem(item: UploadItem): void {
    item.stop?.(false);
    this.store.setStatus(item, "paused");
  }

  retry(items: readonly UploadItem[]): void {
    for (const item of items) this.sender.again(item);
    this.scheduler.run();
  }

  /** Gives an item up; what the server holds of it goes too. */
  cancelItem(item: UploadItem): void {
    if (item.stop) item.stop(true);
    else discardAtServer(item);
    this.forget(item);
  }

  private forget(item: UploadItem): void {
    this.store.untrack(item);
    item.status = "skipped";
    this.journal.delete(item.id);
  }

  /** Of what a reload left behind, now or a moment later: the server has all their bytes, so nobody need find the files again. */
  forgetLost(uploadIds: Iterable<string>): void {
    for (const id of uploadIds) this.whole.add(id);
    for (const item of this.store.withStatus("lost")) if (this.isWhole(item)) this.forget(item);
  }

  private isWhole(item: Pick<UploadItem, "tusUrl">): boolean {
    return this.whole.has(uploadIdOf(item) ?? "");
  }

  cancelAll(): void {
    for (const item of [...this.store.items.values()]) if (item.status !== "done") this.cancelItem(item);
    this.scheduler.resume();
    for (const batch of this.store.clearFinished()) void this.journal.deleteBatch(batch);
  }

  /** What a reload left behind comes back as `lost`: known by name, waiting for its file. */
  async restore(): Promise<void> {
    const elsewhere = [...(await this.otherTabs.batches()), ...this.store.batches.keys()];
    const { batches, items } = await this.journal.leftBehind(new Set(elsewhere));
    for (const batch of batches) this.store.putBatch(batch);
    for (const item of items) {
      if (this.isWhole(item)) this.journal.delete(item.id);
      else if (!this.store.items.has(item.id)) this.store.track({ ...item, status: "lost", sent: 0, tries: 0 });
    }
  }

  /** Finds lost items again among files. Returns how many. */
  match(found: readonly Found[]): number {
    const matched = matchLost(this.store.items.values(), found);
    for (const { item, file } of matched) item.file = file;
    this.retry(matched.map(({ item }) => item));
    return matched.length;
  }
}
