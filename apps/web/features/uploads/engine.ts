import { hasCode, problemOf } from "@/lib/api";
import type { Found } from "./collect";
import { FolderMaker } from "./folders";
import { Journal } from "./journal";
import { discardAtServer, uploadIdOf } from "./kept";
import { matchLost } from "./match-lost";
import { OtherTabs } from "./other-tabs";
import { largeAtOnce, pauses, slots } from "./pace";
import { Queue } from "./queue";
import { Rate } from "./rate";
import { Reach } from "./reach";
import { isUnanswered, Stopped, startTransfer } from "./transfer";
import { type Batch, type ConflictChoice, newId, type PauseReason, smallFile, type UploadItem } from "./types";
import { UploadList } from "./upload-list";

/** After an outage of this length what was on its way may wait for an answer that is lost: it is sent again from where it stands. */
const longOutageMs = 15_000;

/** All uploads of the page. Lives as long as the page, not as long as a view. */
export class UploadEngine extends UploadList {
  readonly batches = new Map<string, Batch>();
  paused = false;
  /** Why everything stands still, where nobody has paused it. */
  pauseReason: PauseReason | null = null;
  private readonly queue = new Queue();
  private readonly active = new Set<UploadItem>();
  private readonly folders = new FolderMaker();
  private readonly journal: Journal;
  private readonly otherTabs: OtherTabs;
  private readonly reach = new Reach((away) => this.reachChanged(away));
  private readonly onStored: (folderId: string | null) => void;

  constructor(owner: string, onStored: (folderId: string | null) => void) {
    super();
    this.journal = new Journal(owner);
    this.otherTabs = new OtherTabs(owner, () => this.batches.keys());
    this.onStored = onStored;
    window.addEventListener("online", this.cameOnline);
  }

  /** Stops and lets go; what is unfinished stays in the journal. */
  close(): void {
    this.pause();
    this.reach.close();
    this.otherTabs.close();
    window.removeEventListener("online", this.cameOnline);
  }

  /** The server does not answer: what waits continues by itself when it does. */
  get serverAway(): boolean {
    return this.reach.away;
  }

  private readonly cameOnline = (): void => {
    if (this.reach.away) void this.reach.ask();
    else this.pump();
  };

  private reachChanged(away: boolean): void {
    this.tally.restart();
    if (!away && this.reach.outageMs > longOutageMs) {
      for (const item of this.active) {
        if (item.status !== "sending") continue;
        item.stop?.(false);
        this.setStatus(item, "waiting");
        this.queue.putFirst(item);
      }
    }
    this.draw();
    this.pump();
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
      this.queue.put(item);
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

  private next(): UploadItem | undefined {
    const large = [...this.active].filter((item) => item.size > smallFile).length;
    return this.queue.next({ large: large < largeAtOnce });
  }

  private readonly pump = (): void => {
    while (!this.paused && !this.reach.away && navigator.onLine && this.active.size < slots()) {
      const item = this.next();
      if (!item) return;
      this.active.add(item);
      this.setStatus(item, "sending");
      this.reach.watch(() => {
        // A speed of seconds ago is no speed.
        this.draw();
        return this.active.size > 0;
      });
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
            if (sent > item.sent) this.reach.heard();
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
      item.fileId = (await transfer.done) ?? undefined;
      item.folderId = parentId;
      this.reach.heard();
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
    if (isUnanswered(error)) return void this.unanswered(item, error);
    this.reach.heard();
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
        return this.queue.put(item);
      }
      return this.setStatus(item, "conflict");
    }
    if (hasCode(error, "unauthenticated", "session_ended", "quota_exceeded", "disk_full")) {
      // The same will meet every other file: stand still with the reason instead of failing thousands.
      this.setStatus(item, "waiting");
      this.queue.put(item);
      return this.pause(problemOf(error));
    }
    if (hasCode(error, "unavailable", "rate_limited", "busy", "upload_busy")) return this.later(item, error);
    item.error = problemOf(error).message;
    this.setStatus(item, "failed");
  }

  /** Where the server is away, no number of attempts is too many; where it is there, something else is wrong with this one. */
  private async unanswered(item: UploadItem, error: unknown): Promise<void> {
    this.setStatus(item, "waiting");
    const answers = await this.reach.ask();
    if (item.status !== "waiting") return;
    if (answers) return this.later(item, error);
    item.tries = 0;
    this.queue.putFirst(item);
    this.pump();
  }

  private later(item: UploadItem, error: unknown): void {
    const pause = pauses[item.tries++];
    if (pause === undefined) {
      item.error = problemOf(error).message;
      return this.setStatus(item, "failed");
    }
    this.setStatus(item, "waiting");
    setTimeout(() => {
      this.queue.put(item);
      this.pump();
    }, pause);
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
    if (item.file) this.queue.put(item);
  }

  pause(reason: PauseReason | null = null): void {
    this.paused = true;
    this.pauseReason = reason;
    for (const item of [...this.active]) {
      // Small ones are through in a moment; large ones keep what has arrived.
      if (item.size <= smallFile) continue;
      item.stop?.(false);
      this.setStatus(item, "waiting");
      this.queue.putFirst(item);
    }
    this.tally.restart();
    this.draw();
  }

  resume(): void {
    this.paused = false;
    this.pauseReason = null;
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
    this.pauseReason = null;
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
    const { batches, items } = await this.journal.leftBehind(
      new Set([...(await this.otherTabs.batches()), ...this.batches.keys()]),
    );
    for (const batch of batches) this.batches.set(batch.id, batch);
    for (const item of items) if (!this.items.has(item.id)) this.track({ ...item, status: "lost", sent: 0, tries: 0 });
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
