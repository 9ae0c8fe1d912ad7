import type { BackupSession } from "@holdfast/repository";
import type { Database } from "../../../../platform/database/database.ts";
import type { Folder } from "./folders.ts";
import { findTrees, type KnownTree, keepTrees, saveTrees } from "./tree-cache.queries.ts";

/** Trees of folders that are in a snapshot of the target. What a backup adds counts only once its snapshot is stored (`save`). */
export interface TreeCache {
  /** Learns what is known of these folders. */
  load(folders: readonly Folder[]): Promise<void>;
  /** The tree of a folder that did not change, or null. */
  find(folder: Folder): string | null;
  made(folder: Folder, tree: string): void;
  /** For a folder that kept its tree, and all inside. */
  kept(folderIds: Iterable<string>): void;
  /** After the snapshot has been stored: from now on it holds all these trees. */
  save(backupId: string): Promise<void>;
}

const BATCH = 5000;

export function createTreeCache(db: Database, targetId: string, session: BackupSession): TreeCache {
  const known = new Map<string, KnownTree>();
  const made: { id: string; digest: Buffer; tree: string }[] = [];
  const kept: string[] = [];

  return {
    async load(folders) {
      for (let at = 0; at < folders.length; at += BATCH) {
        const ids = folders.slice(at, at + BATCH).map(({ id }) => id);
        const rows = await findTrees.all(db, targetId, ids);
        for (const row of rows) known.set(row.folder_id, row);
      }
    },
    find(folder) {
      const row = known.get(folder.id);
      if (!row?.digest.equals(folder.digest)) return null;
      const tree = row.tree.toString("hex");
      return session.canReuseTree(tree, row.snapshot_id) ? tree : null;
    },
    made(folder, tree) {
      made.push({ id: folder.id, digest: folder.digest, tree });
    },
    kept(folderIds) {
      for (const id of folderIds) kept.push(id);
    },
    async save(backupId) {
      for (let at = 0; at < made.length; at += BATCH) {
        const batch = made.slice(at, at + BATCH);
        await saveTrees.count(
          db,
          targetId,
          backupId,
          batch.map(({ id }) => id),
          batch.map(({ digest }) => digest),
          batch.map(({ tree }) => Buffer.from(tree, "hex")),
        );
      }
      for (let at = 0; at < kept.length; at += BATCH) {
        await keepTrees.count(db, targetId, backupId, kept.slice(at, at + BATCH));
      }
    },
  };
}
