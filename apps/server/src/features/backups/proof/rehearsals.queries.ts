import { statement } from "../../../platform/database/statement.ts";
import { type BackupRow, backupColumns } from "../backups.queries.ts";

export interface RehearsalRow {
  id: string;
  backup_id: string;
  status: "running" | "completed" | "failed";
  started_at: Date;
  finished_at: Date | null;
  rows_compared: number;
  segments_compared: number;
  bytes_compared: number;
  error: string | null;
}

export const findLast = statement<[], RehearsalRow>(
  `select id, backup_id, status, started_at, finished_at, rows_compared, segments_compared, bytes_compared, error
   from holdfast.rehearsals order by started_at desc limit 1`,
);

export const findLastProof = statement<[], { at: Date | null }>(
  "select max(finished_at) as at from holdfast.rehearsals where status = 'completed'",
);

export const countForStart = statement<[], { backups: number; running: number }>(
  `select (select count(*)::int from holdfast.backups where scope = 'instance' and status = 'completed' and deleted_at is null) as backups,
     (select count(*)::int from holdfast.rehearsals where status = 'running') as running`,
);

export const findNewestInstanceBackup = statement<[], BackupRow>(
  `select ${backupColumns} from holdfast.backups b
   where b.scope = 'instance' and b.status = 'completed' and b.deleted_at is null and b.snapshot_id is not null
   order by b.backup_date desc limit 1`,
);

interface ScrubState {
  segments: number;
  never_read: number;
  oldest: Date | null;
  bad: number;
}

export const findScrubState = statement<[], ScrubState>(
  `select count(*)::int as segments, count(*) filter (where verified_at is null)::int as never_read, min(verified_at) as oldest,
     count(*) filter (where state = 'bad')::int as bad from holdfast.segments`,
);

export const findSettingTime = statement<[key: string], { at: Date }>(
  "select updated_at as at from holdfast.settings where key = $1",
);

export const recordTime = statement<[key: string]>(
  `insert into holdfast.settings (key, value) values ($1, to_jsonb(now()))
   on conflict (key) do update set value = excluded.value, updated_at = now()`,
);
