import { hasCode, problemOf } from "@/lib/api";
import type { Journal } from "./journal/journal";
import { isAnswering } from "./schedule/is-answering";
import { largeAtOnce, slots } from "./schedule/pace";
import { Scheduler } from "./schedule/scheduler";
import { SendTogether } from "./send-together";
import { Rate } from "./store/rate";
import type { UploadStore } from "./store/upload-store";
import { FolderMaker } from "./transfer/folders";
import { discardAtServer } from "./transfer/kept";
import { startTransfer } from "./transfer/transfer";
import type { UploadItem } from "./types";

/** Sends items into their folders, and settles what becomes of each: in the store, and in the journal. */
export class Sender {
  readonly scheduler: Scheduler<UploadItem>;
  readonly folders = new FolderMaker();
  private readonly store: UploadStore;
  private readonly journal: Journal;
  private readonly onStored: (folderId: string | null) => void;

  constructor(store: UploadStore, journal: Journal, onStored: (folderId: string | null) => void) {
    this.store = store;
    this.journal = journal;
    this.onStored = onStored;
    this.scheduler = new Scheduler({
      send: (item, isWanted) => this.send(item, isWanted),
      together: new SendTogether({
        ...{ store, folders: this.folders, onStored },
        heard: () => this.scheduler.reach.heard(),
        onDone: (item) => this.end(item, "done"),
      }),
      setStatus: (item, status) => store.setStatus(item, status),
      onRefused: (item, error) => this.refused(item, error),
      onChange: () => store.restartRates(),
      // A speed of seconds ago is no speed.
      onTick: () => store.draw(),
      resends: true,
      pausesForAll: true,
      slots,
      largeAtOnce,
      isOnline: () => navigator.onLine,
      isAnswering,
    });
  }

  private async send(item: UploadItem, isWanted: () => boolean): Promise<void> {
    const batch = this.store.batches.get(item.batchId);
    if (!batch || !item.file) return this.store.setStatus(item, "lost");
    const parentId = await this.folders.ensure(batch.targetId, item.dir);
    if (!isWanted()) return;
    const rate = new Rate();
    const { reach } = this.scheduler;
    const to = { parentId, conflict: batch.conflict };
    const transfer = startTransfer(item, item.file, to, {
      onProgress: (sent) => {
        if (!isWanted()) return;
        if (sent > item.sent) reach.heard();
        this.store.setSent(item, sent);
        rate.add(sent);
        item.rate = rate.perSecond();
      },
      onTusUrl: (url) => {
        item.tusUrl = url;
        this.journal.putNow(item);
      },
    });
    item.stop = transfer.stop;
    try {
      item.fileId = (await transfer.done) ?? undefined;
    } finally {
      item.rate = undefined;
    }
    item.folderId = parentId;
    reach.heard();
    this.end(item, "done");
    this.onStored(parentId);
    if (item.dir) this.onStored(batch.targetId);
  }

  private end(item: UploadItem, status: "done" | "skipped"): void {
    this.store.setSent(item, item.size);
    this.store.setStatus(item, status);
    // Thousands of file objects need not stay in memory.
    item.file = undefined;
    this.journal.delete(item.id);
    if (!this.store.isUnfinished) void this.journal.deleteBatch(item.batchId);
  }

  private refused(item: UploadItem, error: unknown): void {
    if (item.kept && hasCode(error, "not_found", "gone")) {
      // Somebody has discarded what had arrived.
      item.kept = false;
      item.tusUrl = undefined;
      return this.again(item);
    }
    if (hasCode(error, "name_taken")) return this.nameTaken(item);
    item.error = problemOf(error).message;
    this.store.setStatus(item, "failed");
  }

  private nameTaken(item: UploadItem): void {
    item.kept = item.tusUrl !== undefined;
    // By one request with others, a name that is taken is always refused.
    item.alone = true;
    if (!item.kept) this.store.setSent(item, 0);
    const choice = this.store.batches.get(item.batchId)?.conflict;
    if (choice === "skip") this.skip(item);
    else if (choice) this.scheduler.put(item);
    else this.store.setStatus(item, "conflict");
  }

  skip(item: UploadItem): void {
    if (item.kept) discardAtServer(item);
    this.end(item, "skipped");
  }

  /** As if it had never failed. Without its file it has to be found first. */
  again(item: UploadItem): void {
    if (item.file) this.scheduler.again(item);
    else this.store.setStatus(item, "lost");
  }
}
