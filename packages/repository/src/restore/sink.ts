import type { TreeNode } from "../format/tree.ts";

/** Where a restored file's bytes go, in order. */
export interface FileSink {
  /** The chunk is only valid until the promise settles. It is a view of memory that threads share, which TextDecoder and a few others refuse. */
  write(chunk: Uint8Array): Promise<void> | void;
  /** All bytes have come. */
  close(): Promise<void> | void;
  /** The file cannot be restored whole. */
  abort(error: unknown): Promise<void> | void;
}

/** The caller decides where things go. Paths are with `/` between names, from the restored folder on. */
export interface RestoreSink {
  /** Before anything in the folder. Return false to leave it out with all that it holds. */
  folder(path: string, node: TreeNode): Promise<boolean | void> | boolean | void;
  /** Return null to leave the file out. */
  file(path: string, node: TreeNode): Promise<FileSink | null> | FileSink | null;
}
