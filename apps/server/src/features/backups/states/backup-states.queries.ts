import { statement } from "../../../platform/database/statement.ts";
import { type BackupRow, backupColumns } from "../backups.queries.ts";

/** Whoever enters a backup of the same scope waits until the transaction ends. */
export const lockEntering = statement<[scope: string], { pg_advisory_xact_lock: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('enter backup ' || $1, 0))",
);

const serves = "status = 'queued' and (not $4::boolean or with_versions or (attempts = 0 and snapshot_id is null))";

/**
 * A backup of this scope, for the same reason and to the same place, that has not begun yet. One without versions includes them where they
 * are asked for; where it has begun before, and its snapshot may be stored, it does not serve.
 */
export const joinQueued = statement<
  [userId: string | null, targetId: string, scheduleId: string | null, withVersions: boolean],
  { id: string }
>(
  `update holdfast.backups set with_versions = with_versions or $4 where ${serves} and id = (
     select id from holdfast.backups where ${serves} and deleted_at is null
     and (case when $1::uuid is null then scope = 'instance' else user_id = $1 end)
     and target_id = $2 and schedule_id is not distinct from $3::uuid order by id limit 1)
   returning id`,
);

type NewBackup = [
  id: string,
  scope: "account" | "space" | "instance",
  userId: string | null,
  type: "one_click" | "scheduled",
  targetId: string,
  scheduleId: string | null,
  withVersions: boolean,
  location: string,
];
export const insert = statement<NewBackup>(
  `insert into holdfast.backups (id, scope, user_id, backup_type, target_id, schedule_id, with_versions, storage_location)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

export const wait = statement<[id: string]>(
  "update holdfast.backups set phase = 'waiting', beat_at = now() where id = $1 and status = 'queued'",
);

export const begin = statement<[id: string], BackupRow>(
  `update holdfast.backups b set status = case when cancel_requested then 'cancelled' else 'running' end, phase = 'reading',
     started_at = coalesce(started_at, now()), attempts = attempts + 1, beat_at = now(), error = null,
     finished_at = case when cancel_requested then now() end
   where id = $1 and status in ('queued', 'running') returning ${backupColumns}`,
);

type Snapshot = [
  id: string,
  snapshotId: string,
  treeId: string,
  rootPath: string,
  at: Date,
  files: number,
  bytes: number,
  added: number,
];
export const recordSnapshot = statement<Snapshot>(
  `update holdfast.backups set snapshot_id = $2, tree_id = $3, root_path = $4, backup_date = $5, files_total = $6, files_done = $6,
     bytes_total = $7, bytes_done = $7, bytes_added = $8 where id = $1 and status = 'running'`,
);

export const beginProof = statement<[id: string]>(
  `update holdfast.backups set phase = 'verifying', bytes_total = greatest(bytes_total, bytes_done)
   where id = $1 and status = 'running'`,
);

/** `given back`: attempts that do not count. */
export const requeue = statement<[id: string, error: string | null, givenBack: number]>(
  `update holdfast.backups set status = 'queued', phase = 'waiting', error = $2, attempts = attempts - $3
   where id = $1 and status = 'running'`,
);

export const end = statement<[id: string, status: "completed" | "failed" | "cancelled", error: string | null]>(
  `update holdfast.backups set status = $2, phase = null, finished_at = now(),
     error = coalesce($3, case when $2 = 'completed' then error end)
   where id = $1 and status = 'running'`,
);

/** Of a restored installation, in whatever state it was within itself: the backup that it was restored from. */
export const completeRestored = statement<[id: string | null, snapshotId: string, treeId: string, at: Date]>(
  `update holdfast.backups set status = 'completed', phase = null, snapshot_id = $2, tree_id = $3, root_path = '', backup_date = $4,
     finished_at = now(), verified_at = now(), error = null where id::text = $1::text`,
);

/** queued or running → failed, all of them: of a restored installation, whose workers are not there. */
export const failAbandoned = statement<[error: string]>(
  "update holdfast.backups set status = 'failed', finished_at = now(), error = $1 where status in ('queued', 'running')",
);

export const requestCancel = statement<[id: string]>(
  `update holdfast.backups set cancel_requested = true,
     status = case when status = 'queued' then 'cancelled' else status end,
     finished_at = case when status = 'queued' then now() end, phase = case when status = 'queued' then null else phase end
   where id = $1 and status in ('queued', 'running')`,
);

export const forget = statement<[ids: readonly string[]]>(
  `update holdfast.backups set deleted_at = now()
   where id = any($1::uuid[]) and deleted_at is null and status in ('completed', 'failed', 'cancelled')`,
);

/** Backups of users and teams that have been gone for 30 days. */
export const forgetOrphans = statement<[targetId: string]>(
  `update holdfast.backups set deleted_at = now() where target_id = $1 and scope <> 'instance' and user_id is null
     and deleted_at is null and status in ('completed', 'failed', 'cancelled') and finished_at < now() - interval '30 days'`,
);

export const dropSnapshots = statement<[ids: readonly string[]]>(
  `update holdfast.backups set snapshot_id = null, tree_id = null, bytes_added = 0
   where id = any($1::uuid[]) and (deleted_at is not null or status = 'cancelled' or status = 'failed' and snapshot_id is null)`,
);

/** Whatever was in the repository of a target is gone. */
export const loseSnapshots = statement<[targetId: string]>(
  `update holdfast.backups set deleted_at = coalesce(deleted_at, now()), snapshot_id = null, tree_id = null
   where target_id = $1 and snapshot_id is not null`,
);

/** `asked`: by a person. */
export const requestProof = statement<[id: string, asked: boolean], BackupRow>(
  `update holdfast.backups b set phase = 'verifying', proof_requested_at = case when $2 then now() else proof_requested_at end
   where id = $1 and status = 'completed' and deleted_at is null
   returning ${backupColumns}`,
);

/** Whether another one of the same scope is being proven again, and when this one was last asked for, in seconds ago. */
export const findProofRequest = statement<
  [id: string, userId: string | null],
  { other: boolean; seconds: number | null }
>(
  `select exists (select from holdfast.backups o where o.id <> $1 and o.phase = 'verifying' and o.status = 'completed'
       and o.deleted_at is null and (case when $2::uuid is null then o.scope = 'instance' else o.user_id = $2 end)) as other,
     extract(epoch from now() - b.proof_requested_at)::float8 as seconds
   from holdfast.backups b where b.id = $1`,
);

/** A null error: every byte that was read was right. */
export const recordProof = statement<[id: string, error: string | null]>(
  `update holdfast.backups set verified_at = case when $2::text is null then now() else verified_at end, error = $2
   where id = $1 and status in ('running', 'completed')`,
);

export const recordProofError = statement<[id: string, error: string]>(
  "update holdfast.backups set error = $2 where id = $1 and status = 'completed'",
);

export const endProof = statement<[id: string]>(
  "update holdfast.backups set phase = null where id = $1 and status = 'completed'",
);

/** Of one account, or (null) of the instance. */
export const countVerified = statement<[targetId: string, userId: string | null], { number: number }>(
  `select count(*)::int as number from holdfast.backups
   where target_id = $1 and user_id is not distinct from $2::uuid and verified_at is not null`,
);

/** What has precedence over reading a backup back: backups under way at the target, and snapshots that are to be removed from it. */
export const isWanted = statement<[targetId: string], { wanted: boolean }>(
  `select exists (select from holdfast.backups where target_id = $1 and (status = 'running' or status = 'queued' and phase is null
     or (deleted_at is not null or status = 'cancelled') and snapshot_id is not null)) as wanted`,
);

/** What is open, and was not heard of for so long. */
export const findSilent = statement<[seconds: number], { id: string }>(
  `select id from holdfast.backups where status in ('queued', 'running')
   and coalesce(beat_at, created_at) < now() - make_interval(secs => $1) limit 100`,
);

export const findVerifying = statement<[], { id: string }>(
  "select id from holdfast.backups where status = 'completed' and phase = 'verifying' and deleted_at is null",
);

/** Backups that were deleted or cancelled and have left a snapshot or data; and failed ones that have left data. */
export const findForgotten = statement<[targetId: string], { id: string; snapshot_id: string | null }>(
  `select id, snapshot_id from holdfast.backups
   where target_id = $1 and ((deleted_at is not null or status = 'cancelled') and (snapshot_id is not null or bytes_added > 0)
     or status = 'failed' and snapshot_id is null and bytes_added > 0)`,
);

/** Where such snapshots are. */
export const findTargetsToPrune = statement<[], { target_id: string }>(
  `select distinct target_id from holdfast.backups
   where (deleted_at is not null or status = 'cancelled') and (snapshot_id is not null or bytes_added > 0)`,
);
