import { statement } from "../../../platform/database/statement.ts";
import { type TargetRow, targetColumns } from "./target-row.ts";

/** The default one for null. */
export const findTarget = statement<[id: string | null], TargetRow>(
  `select ${targetColumns} from holdfast.backup_targets where case when $1::uuid is null then is_default else id = $1 end`,
);

export const listTargets = statement<[], TargetRow>(
  `select ${targetColumns} from holdfast.backup_targets order by created_at, id`,
);

export const listTargetNames = statement<[], { id: string; name: string }>(
  "select id, name from holdfast.backup_targets order by name",
);

export const hasSnapshots = statement<[targetId: string], { found: boolean }>(
  "select exists (select from holdfast.backups where target_id = $1 and snapshot_id is not null) as found",
);

export const isInUse = statement<[targetId: string], { found: boolean }>(
  "select exists (select from holdfast.backups where target_id = $1 and status = 'running') as found",
);

export const countUses = statement<[targetId: string], { backups: number; schedules: number }>(
  `select (select count(*)::int from holdfast.backups where target_id = $1 and deleted_at is null) as backups,
     (select count(*)::int from holdfast.backup_schedules where target_id = $1) as schedules`,
);

type NewTarget = [
  id: string,
  name: string,
  kind: "local" | "s3",
  settings: string,
  sealedSecret: Buffer | null,
  createdAt: Date,
  lastTestAt: Date | null,
];
export const insertTarget = statement<NewTarget>(
  `insert into holdfast.backup_targets (id, name, kind, settings, sealed_secret, is_default, created_at, last_test_at)
   values ($1, $2, $3, $4, $5, false, $6, $7)`,
);

export const clearDefault = statement("update holdfast.backup_targets set is_default = false where is_default");

export const updateTarget = statement<[id: string, name: string | null, makeDefault: boolean]>(
  "update holdfast.backup_targets set name = coalesce($2, name), is_default = is_default or $3 where id = $1",
);

export const deleteBackupsOf = statement<[targetId: string]>("delete from holdfast.backups where target_id = $1");

export const deleteTarget = statement<[id: string]>("delete from holdfast.backup_targets where id = $1");

export const recordTest = statement<[id: string, failure: string | null]>(
  "update holdfast.backup_targets set last_test_at = now(), last_test_error = $2 where id = $1",
);

/** No row where it is known to hold another one. */
export const recordRepository = statement<[id: string, repositoryId: string]>(
  "update holdfast.backup_targets set repository_id = $2 where id = $1 and coalesce(repository_id, $2) = $2",
);

export const forgetRepository = statement<[id: string]>(
  "update holdfast.backup_targets set repository_id = null, last_test_at = null, last_test_error = null where id = $1",
);

export const deleteChunks = statement<[targetId: string]>("delete from holdfast.segment_chunks where target_id = $1");

export const deleteTrees = statement<[targetId: string]>("delete from holdfast.folder_trees where target_id = $1");
