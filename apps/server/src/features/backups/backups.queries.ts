import type { Selectable } from "kysely";
import { execute, type Queryable } from "../../platform/database/database.ts";
import type { BackupsTable, RestoresTable } from "../../platform/database/tables.ts";

export type BackupRow = Selectable<BackupsTable>;
export type RestoreRow = Selectable<RestoresTable>;
export type BackupViewRow = BackupRow & { target_name: string };

const view =
  "select b.*, t.name as target_name from holdfast.backups b join holdfast.backup_targets t on t.id = b.target_id";

export async function findBackup(db: Queryable, id: string): Promise<BackupViewRow | null> {
  const rows = await execute<BackupViewRow>(db, `${view} where b.id = $1 and b.deleted_at is null`, [id]);
  return rows[0] ?? null;
}

/** Newest first. `userId` null: the instance's. */
export function listBackupRows(
  db: Queryable,
  of: { userId: string | null; limit: number; beforeId: string | null },
): Promise<BackupViewRow[]> {
  const scope =
    of.userId === null ? "b.scope = 'instance' and $1::uuid is null" : "b.user_id = $1 and b.scope = 'account'";
  return execute<BackupViewRow>(
    db,
    `${view} where ${scope} and b.deleted_at is null and ($2::uuid is null or b.id < $2) order by b.id desc limit $3`,
    [of.userId, of.beforeId, of.limit],
  );
}

/**
 * A backup of this scope, for the same reason and to the same place, that has not begun yet. One without versions takes them on where they
 * are wanted; where it has begun before, and its snapshot may be stored, it does not serve.
 */
export async function joinQueued(
  db: Queryable,
  of: { userId: string | null; targetId: string; scheduleId: string | null; withVersions: boolean },
): Promise<string | null> {
  const serves = "status = 'queued' and (not $4::boolean or with_versions or (attempts = 0 and snapshot_id is null))";
  const rows = await execute<{ id: string }>(
    db,
    `update holdfast.backups set with_versions = with_versions or $4 where ${serves} and id = (
       select id from holdfast.backups where ${serves} and deleted_at is null
       and (case when $1::uuid is null then scope = 'instance' else user_id = $1 end)
       and target_id = $2 and schedule_id is not distinct from $3::uuid order by id limit 1)
     returning id`,
    [of.userId, of.targetId, of.scheduleId, of.withVersions],
  );
  return rows[0]?.id ?? null;
}

export function listRestoreRows(
  db: Queryable,
  of: { userId: string; limit: number; beforeId: string | null },
): Promise<RestoreRow[]> {
  return execute<RestoreRow>(
    db,
    "select * from holdfast.restores where user_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
    [of.userId, of.beforeId, of.limit],
  );
}

export async function findRestore(db: Queryable, id: string): Promise<RestoreRow | null> {
  const rows = await execute<RestoreRow>(db, "select * from holdfast.restores where id = $1", [id]);
  return rows[0] ?? null;
}
