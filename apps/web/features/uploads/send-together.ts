import type { EachOf, Together } from "./schedule/work";
import type { UploadStore } from "./store/upload-store";
import { isFromBetween } from "./transfer/answers";
import { type ArchiveFile, sendArchive } from "./transfer/archive";
import type { FolderMaker } from "./transfer/folders";
import type { UploadItem } from "./types";

type Deps = {
  store: UploadStore;
  folders: FolderMaker;
  /** Something came from the server, or went to it. */
  heard: () => void;
  onDone: (item: UploadItem) => void;
  onStored: (folderId: string | null) => void;
};

/** Sends small files of one drop into one folder by one request; each is settled by its own answer, as if it had been sent on its own. */
export class SendTogether implements Together<UploadItem> {
  /** Until something between here and the server refuses what has several files in it. */
  private isTaken = true;
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  readonly fits = (first: UploadItem, item: UploadItem): boolean =>
    this.isTaken && item.batchId === first.batchId && item.dir === first.dir && hasFile(item) && hasFile(first);

  readonly send = async (all: readonly UploadItem[], { isWanted, refuse }: EachOf<UploadItem>): Promise<void> => {
    const { store, folders, heard, onDone, onStored } = this.deps;
    const [{ batchId, dir }] = all as [UploadItem];
    const batch = store.batches.get(batchId);
    if (!batch) {
      for (const item of all) store.setStatus(item, "lost");
      return;
    }
    const parentId = await folders.ensure(batch.targetId, dir);
    const items = all.filter((item) => isWanted(item)).filter(hasFile);
    if (items.length === 0) return;
    let gone = 0;
    const { done, stop } = sendArchive(parentId, items, (sent) => {
      heard();
      for (const item of items.slice(gone, sent)) if (isWanted(item)) store.setSent(item, item.size);
      gone = sent;
    });
    for (const item of items) item.stop = stop;
    const outcomes = await done.catch((error: unknown) => {
      for (const item of items) if (item.status !== "done") store.setSent(item, 0);
      this.isTaken &&= !isFromBetween(error);
      throw error;
    });
    heard();
    for (const [index, item] of items.entries()) {
      const outcome = outcomes[index];
      if (!isWanted(item)) continue;
      if (typeof outcome === "string") {
        Object.assign(item, { fileId: outcome, folderId: parentId });
        onDone(item);
      } else {
        store.setSent(item, 0);
        refuse(item, outcome);
      }
    }
    onStored(parentId);
    if (dir) onStored(batch.targetId);
  };
}

const hasFile = (item: UploadItem): item is UploadItem & ArchiveFile => item.file !== undefined;
