import { statement, statementFamily } from "../../platform/database/statement.ts";

export type WorkStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

export interface BackupRow {
  id: string;
  scope: "account" | "space" | "instance";
  user_id: string | null;
  backup_type: "one_click" | "scheduled";
  status: WorkStatus;
  phase: "waiting" | "reading" | "verifying" | null;
  backup_date: Date | null;
  target_id: string;
  schedule_id: string | null;
  storage_location: string;
  snapshot_id: string | null;
  tree_id: string | null;
  root_path: string | null;
  files_total: number;
  bytes_total: number;
  files_done: number;
  bytes_done: number;
  bytes_added: number;
  attempts: number;
  beat_at: Date | null;
  cancel_requested: boolean;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  verified_at: Date | null;
  error: string | null;
  deleted_at: Date | null;
  with_versions: boolean;
}
export type BackupViewRow = BackupRow & { target_name: string };

/** The columns of `BackupRow`, for a `holdfast.backups b`. */
export const backupColumns = `b.id, b.scope, b.user_id, b.backup_type, b.status, b.phase, b.backup_date, b.target_id, b.schedule_id,
  b.storage_location, b.snapshot_id, b.tree_id, b.root_path, b.files_total, b.bytes_total, b.files_done, b.bytes_done, b.bytes_added,
  b.attempts, b.beat_at, b.cancel_requested, b.created_at, b.started_at, b.finished_at, b.verified_at, b.error, b.deleted_at,
  b.with_versions`;

const view = `select ${backupColumns}, t.name as target_name
  from holdfast.backups b join holdfast.backup_targets t on t.id = b.target_id`;

/** One that was not deleted. */
export const findBackup = statement<[id: string], BackupViewRow>(`${view} where b.id = $1 and b.deleted_at is null`);

/** Deleted ones too. */
export const findWork = statement<[id: string], BackupRow>(
  `select ${backupColumns} from holdfast.backups b where b.id = $1`,
);

const scopes = {
  account: "b.user_id = $1 and b.scope = 'account'",
  space: "b.user_id = $1 and b.scope = 'space'",
  instance: "b.scope = 'instance' and $1::uuid is null",
} as const;

/** Newest first; of the instance with null for the user. */
export const listBackups = statementFamily<
  "account" | "space" | "instance",
  [userId: string | null, beforeId: string | null, limit: number],
  BackupViewRow
>(["account", "space", "instance"], (scope) => ({
  text: `${view} where ${scopes[scope]} and b.deleted_at is null and ($2::uuid is null or b.id < $2) order by b.id desc limit $3`,
}));

/** Whether somebody manages a team that is there, by a grant on its root; archived, it is backed up as well. */
export const managesTeam = statement<[spaceId: string, userId: string], { manages: boolean }>(
  `select coalesce(holdfast.member_role(s.id, $2) = 'manager', false) as manages from holdfast.spaces s
   where s.id = $1 and s.kind = 'team' and s.deleted_at is null and holdfast.member_role(s.id, $2) is not null`,
);

/** Who hears of what is done with a team's backups. */
export const listTeamManagers = statement<[spaceId: string], { id: string }>(
  `select u.id from holdfast.users u where u.deleted_at is null and u.id in (
     select g.user_id from holdfast.grants g where g.file_id = $1 and g.role = 'manager'
     union select m.user_id from holdfast.grants g join holdfast.group_members m on m.group_id = g.group_id
     where g.file_id = $1 and g.role = 'manager')
   order by u.id limit 1000`,
);

export const findUserByEmail = statement<[email: string], { id: string }>(
  "select id from holdfast.users where lower(email) = lower($1) and deleted_at is null",
);

export const findUser = statement<[id: string], { id: string }>(
  "select id from holdfast.users where id = $1 and deleted_at is null",
);

export const listAdmins = statement<[], { id: string }>(
  "select id from holdfast.users where role = 'admin' and deleted_at is null",
);
