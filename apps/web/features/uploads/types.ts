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

export type UploadItem = {
  readonly id: string;
  readonly batchId: string;
  /** Folders beneath the target, /-separated; empty for none. */
  readonly dir: string;
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
  status: UploadStatus;
  sent: number;
  file?: File;
  tusUrl?: string;
  /** All its bytes are at the server, which could not make a file of them yet. */
  kept?: boolean;
  /** Bytes per second, of large files. */
  rate?: number;
  error?: string;
  /** What it became, and where: known once it is done. */
  fileId?: string;
  folderId?: string | null;
  tries: number;
  stop?: (forGood: boolean) => void;
};

/** What is kept of an item over a reload. */
export type StoredItem = Pick<UploadItem, "id" | "batchId" | "dir" | "name" | "size" | "lastModified" | "tusUrl">;

export const smallFile = 1024 * 1024;

/** An id for our own bookkeeping. `crypto.randomUUID` does not exist on plain-HTTP pages, which home servers often are. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
