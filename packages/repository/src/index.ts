export { backup } from "./backup/backup.ts";
export type { Part } from "./backup/part-packer.ts";
export type {
  BackupOptions,
  BackupProgress,
  BackupSession,
  FileContent,
  FolderEntry,
  NewSnapshot,
  PartCache,
} from "./backup/session.ts";
export { partsOfStream } from "./backup/stream-parts.ts";
export { RepositoryError, type RepositoryErrorCode } from "./errors.ts";
export type { KeyInfo } from "./format/keys.ts";
export type { Snapshot, SnapshotSummary } from "./format/snapshot.ts";
export { TreeBuilder, type TreeNode } from "./format/tree.ts";
export type { LockInfo } from "./locks.ts";
export { type CheckOptions, type CheckReport, check } from "./maintenance/check.ts";
export { checkSnapshot, type SnapshotCheckReport } from "./maintenance/check-snapshot.ts";
export { chooseKept, type KeepPolicy, type KeptAndRemoved, type Span } from "./maintenance/choose-kept.ts";
export { type ForgetOptions, type ForgottenGroup, forget, forgetSnapshots } from "./maintenance/forget.ts";
export { type PruneOptions, type PruneReport, prune } from "./maintenance/prune.ts";
export { createRepository, type LockGuard, type OpenOptions, openRepository, type Repository } from "./repository.ts";
export { find, listFolder, lookUp } from "./restore/browse.ts";
export { readFile } from "./restore/read-file.ts";
export { type RestoreOptions, type RestoreProgress, restore } from "./restore/restore.ts";
export type { FileSink, RestoreSink } from "./restore/sink.ts";
export type { WalkedNode } from "./restore/walk.ts";
export { Semaphore } from "./semaphore.ts";
