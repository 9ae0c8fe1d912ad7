import type { SnapshotSummary } from "../format/snapshot.ts";

/** What a session has counted so far. */
export interface SessionStats {
  files: number;
  /** Of all files, whether they had to be read or not. */
  bytes: number;
  /** Plaintext bytes that the repository did not have. */
  newBytes: number;
  dataBlobs: number;
  treeBlobs: number;
  /** What new blobs take in packs. */
  packedBytes: number;
  folders: number;
}

export function noStats(): SessionStats {
  return { files: 0, bytes: 0, newBytes: 0, dataBlobs: 0, treeBlobs: 0, packedBytes: 0, folders: 0 };
}

/** For `restic snapshots`. Files and folders all count as new: a session does not know what was there before. */
export function summaryOf(stats: SessionStats, started: Date): SnapshotSummary {
  const { files, bytes, newBytes, dataBlobs, treeBlobs, packedBytes, folders } = stats;
  return {
    backup_start: started.toISOString(),
    backup_end: new Date().toISOString(),
    files_new: files,
    files_changed: 0,
    files_unmodified: 0,
    dirs_new: folders,
    dirs_changed: 0,
    dirs_unmodified: 0,
    data_blobs: dataBlobs,
    tree_blobs: treeBlobs,
    data_added: newBytes,
    data_added_packed: packedBytes,
    total_files_processed: files,
    total_bytes_processed: bytes,
  };
}
