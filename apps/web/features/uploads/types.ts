import type { Work } from "./schedule/work";

/** What to do when a name is taken; asked once for everything that was dropped together. */
export type ConflictChoice = "skip" | "rename" | "replace";

/** Everything that was dropped or chosen together. */
export type Batch = {
  id: string;
  targetId: string | null;
  targetName: string;
  createdAt: number;
  conflict?: ConflictChoice;
  /** Chromium: the dropped files and folders, to read again after a reload. */
  handles?: FileSystemHandle[];
};

export type UploadStatus =
  | "waiting"
  | "sending"
  | "paused"
  /** The name is taken and nobody has said yet what then. */
  | "conflict"
  | "done"
  | "skipped"
  | "failed"
  /** Left over from before a reload; the file itself must be found again. */
  | "lost";

/** Why nothing is sent, where nobody has paused it: the code of the server's answer, and its words. */
export type PauseReason = { code: string; message: string };

export type UploadItem = Work & {
  readonly id: string;
  readonly batchId: string;
  /** Folders beneath the target, /-separated; empty for none. */
  readonly dir: string;
  readonly name: string;
  readonly lastModified: number;
  sent: number;
  file?: File;
  tusUrl?: string;
  /** All its bytes are at the server, which could not make a file of them yet. */
  kept?: boolean;
  /** Bytes per second, of large files. */
  rate?: number;
  /** What it became, and where: known once it is done. */
  fileId?: string;
  folderId?: string | null;
};

/** What is kept of an item over a reload. */
export type StoredItem = Pick<UploadItem, "id" | "batchId" | "dir" | "name" | "size" | "lastModified" | "tusUrl">;

/** An id for our own bookkeeping. `crypto.randomUUID` does not exist on plain-HTTP pages, which home servers often are. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A file that was dropped or chosen, before anything has happened to it. */
export function newItem(batch: Batch, file: File, dir: string): UploadItem {
  const { name, size, lastModified } = file;
  return { id: newId(), batchId: batch.id, dir, name, size, lastModified, file, status: "waiting", sent: 0, tries: 0 };
}
