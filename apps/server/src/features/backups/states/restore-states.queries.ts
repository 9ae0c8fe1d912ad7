import { statement } from "../../../platform/database/statement.ts";
import type { WorkStatus } from "../backups.queries.ts";

export interface RestoreRow {
  id: string;
  user_id: string;
  backup_id: string;
  mode: "new-folder" | "in-place";
  newer: "keep" | "replace";
  paths: unknown;
  status: WorkStatus;
  files_total: number;
  bytes_total: number;
  files_done: number;
  bytes_done: number;
  files_same: number;
  files_kept: number;
  kept: unknown;
  folder_id: string | null;
  folder_name: string | null;
  attempts: number;
  beat_at: Date | null;
  cancel_requested: boolean;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  error: string | null;
  part: "files" | "versions" | "trash";
  /** The team that it goes to; null: the user's own files. */
  space_id: string | null;
}

const columns = `id, user_id, backup_id, mode, newer, paths, status, files_total, bytes_total, files_done, bytes_done, files_same,
  files_kept, kept, folder_id, folder_name, attempts, beat_at, cancel_requested, created_at, started_at, finished_at, error, part, space_id`;

export const find = statement<[id: string], RestoreRow>(`select ${columns} from holdfast.restores where id = $1`);

/** A user's, newest first. */
export const list = statement<[userId: string, beforeId: string | null, limit: number], RestoreRow>(
  `select ${columns} from holdfast.restores where user_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
);

type NewRestore = [
  id: string,
  userId: string,
  backupId: string,
  part: "files" | "versions" | "trash",
  mode: "new-folder" | "in-place",
  newer: "keep" | "replace",
  paths: string | null,
  spaceId: string | null,
];
export const insert = statement<NewRestore>(
  "insert into holdfast.restores (id, user_id, backup_id, part, mode, newer, paths, space_id) values ($1, $2, $3, $4, $5, $6, $7, $8)",
);

export const begin = statement<[id: string], RestoreRow>(
  `update holdfast.restores set status = 'running', started_at = coalesce(started_at, now()), attempts = attempts + 1,
     beat_at = now(), error = null where id = $1 and status in ('queued', 'running') returning ${columns}`,
);

export const requestCancel = statement<[id: string]>(
  `update holdfast.restores set cancel_requested = true,
     status = case when status = 'queued' then 'cancelled' else status end,
     finished_at = case when status = 'queued' then now() end
   where id = $1 and status in ('queued', 'running')`,
);

export const requeue = statement<[id: string, givenBack: number]>(
  `update holdfast.restores set status = 'queued', error = null, attempts = attempts - $2
   where id = $1 and status = 'running'`,
);

export const end = statement<[id: string, status: "completed" | "failed" | "cancelled", error: string | null]>(
  "update holdfast.restores set status = $2, error = $3, finished_at = now() where id = $1 and status = 'running'",
);

/** queued or running → failed, all of them: of a restored installation, whose workers are not there. */
export const failAbandoned = statement<[error: string]>(
  "update holdfast.restores set status = 'failed', finished_at = now(), error = $1 where status in ('queued', 'running')",
);

export const recordKept = statement<[id: string, paths: string]>(
  "update holdfast.restores set kept = $2 where id = $1 and status = 'running'",
);

/** Where to look at what came back; a name where it was made for that. */
export const recordFolder = statement<[id: string, folderId: string, name: string | null]>(
  `update holdfast.restores set folder_id = $2, folder_name = coalesce($3, folder_name) where id = $1 and status = 'running'`,
);

/** What is open, and was not heard of for so long. */
export const findSilent = statement<[seconds: number], { id: string }>(
  `select id from holdfast.restores where status in ('queued', 'running')
   and coalesce(beat_at, created_at) < now() - make_interval(secs => $1) limit 100`,
);
