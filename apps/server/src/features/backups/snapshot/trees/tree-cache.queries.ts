import { statement } from "../../../../platform/database/statement.ts";

export interface KnownTree {
  folder_id: string;
  digest: Buffer;
  tree: Buffer;
  snapshot_id: string;
}

/** Trees of folders in snapshots that are still there. */
export const findTrees = statement<[targetId: string, folderIds: string[]], KnownTree>(
  `select t.folder_id, t.digest, t.tree, b.snapshot_id from holdfast.folder_trees t
   join holdfast.backups b on b.id = t.backup_id and b.snapshot_id is not null and b.deleted_at is null
   where t.target_id = $1 and t.folder_id = any($2::uuid[])`,
  { notNull: ["snapshot_id"] },
);

export const saveTrees = statement<
  [targetId: string, backupId: string, folderIds: string[], digests: Buffer[], trees: Buffer[]]
>(
  `insert into holdfast.folder_trees (target_id, folder_id, digest, tree, backup_id)
   select $1, t.*, $2 from unnest($3::uuid[], $4::bytea[], $5::bytea[]) t order by 2
   on conflict (target_id, folder_id) do update set digest = excluded.digest, tree = excluded.tree, backup_id = excluded.backup_id`,
);

/** The snapshot that these were in may be forgotten one day; this one holds them too. */
export const keepTrees = statement<[targetId: string, backupId: string, folderIds: string[]]>(
  "update holdfast.folder_trees set backup_id = $2 where target_id = $1 and folder_id = any($3::uuid[])",
);
