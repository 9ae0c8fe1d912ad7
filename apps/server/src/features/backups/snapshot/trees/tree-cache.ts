import type { BackupSession } from "@holdfast/repository";
import type { Database } from "../../../../platform/database/database.ts";
import type { Folder } from "./folders.ts";

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

interface Known {
  folder_id: string;
  digest: Buffer;
  tree: Buffer;
  snapshot_id: string;
}

export function createTreeCache(db: Database, targetId: string, session: BackupSession): TreeCache {
  const known = new Map<string, Known>();
  const made: { id: string; digest: Buffer; tree: string }[] = [];
  const kept: string[] = [];

  return {
    async load(folders) {
      for (let at = 0; at < folders.length; at += BATCH) {
        const { rows } = await db.query<Known>(
          `select t.folder_id, t.digest, t.tree, b.snapshot_id from holdfast.folder_trees t
           join holdfast.backups b on b.id = t.backup_id and b.snapshot_id is not null and b.deleted_at is null
           where t.target_id = $1 and t.folder_id = any($2::uuid[])`,
          [targetId, folders.slice(at, at + BATCH).map(({ id }) => id)],
        );
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
        await db.query(
          `insert into holdfast.folder_trees (target_id, folder_id, digest, tree, backup_id)
           select $1, t.*, $2 from unnest($3::uuid[], $4::bytea[], $5::bytea[]) t order by 2
           on conflict (target_id, folder_id) do update set digest = excluded.digest, tree = excluded.tree, backup_id = excluded.backup_id`,
          [
            targetId,
            backupId,
            batch.map(({ id }) => id),
            batch.map(({ digest }) => digest),
            batch.map(({ tree }) => Buffer.from(tree, "hex")),
          ],
        );
      }
      // The snapshot that these were in may be forgotten one day; this one holds them too.
      for (let at = 0; at < kept.length; at += BATCH) {
        await db.query(
          "update holdfast.folder_trees set backup_id = $2 where target_id = $1 and folder_id = any($3::uuid[])",
          [targetId, backupId, kept.slice(at, at + BATCH)],
        );
      }
    },
  };
}
