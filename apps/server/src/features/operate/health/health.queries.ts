import { statement } from "../../../platform/database/statement.ts";

export const findServer = statement<[], { version: number; now: Date }>(
  "select current_setting('server_version_num')::int as version, clock_timestamp() as now",
  { notNull: ["version", "now"] },
);

/** The newest backup of the whole server that ended well, and whether a schedule makes them. */
export const findBackupState = statement<[], { last: Date | null; scheduled: boolean }>(
  `select (select max(finished_at) from holdfast.backups where scope = 'instance' and status = 'completed' and deleted_at is null) as last,
     exists (select from holdfast.backup_schedules where scope = 'instance' and enabled) as scheduled`,
  { notNull: ["scheduled"] },
);

/** What a notice says that is still open. */
export const findNotice = statement<[kind: string], { title: string }>(
  "select title from holdfast.alerts where kind = $1 and resolved_at is null order by last_seen_at desc limit 1",
);
