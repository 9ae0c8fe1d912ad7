import type { Retention } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";

/**
 * What becomes of a schedule. It is nobody's work: whoever holds its row locked (`lockDue`) enters a backup and sets its next time.
 *
 * | state   | is                                     | to                                                                           |
 * |---------|----------------------------------------|------------------------------------------------------------------------------|
 * | waiting | its next time is to come               | due by the clock; off, or another time (`updateSchedule`); deleted            |
 * | due     | its next time has come, its user there | waiting, with a backup entered in the same transaction (`recordRun`)          |
 * | off     | not enabled: never due                 | waiting, from now on (`updateSchedule`): what it missed is not caught up      |
 */
export interface ScheduleRow {
  id: string;
  scope: "account" | "space" | "instance";
  user_id: string | null;
  cron: string;
  time_zone: string;
  retention: Retention;
  target_id: string;
  enabled: boolean;
  with_versions: boolean;
  next_run_at: Date | null;
  last_run_at: Date | null;
  created_at: Date;
}

const columns = `s.id, s.scope, s.user_id, s.cron, s.time_zone, s.retention, s.target_id, s.enabled, s.with_versions, s.next_run_at,
  s.last_run_at, s.created_at`;

export const findSchedule = statement<[id: string], ScheduleRow>(
  `select ${columns} from holdfast.backup_schedules s where s.id = $1`,
);

/** A user's, and of teams that they manage; with `$2` the instance's too. */
export const listSchedules = statement<[userId: string, instanceToo: boolean], ScheduleRow>(
  `select ${columns} from holdfast.backup_schedules s where s.user_id = $1 or ($2 and s.scope = 'instance')
     or (s.scope = 'space' and s.user_id in (select g.file_id from holdfast.grants g where g.grantee_id = any (holdfast.grantees_of($1)))
       and holdfast.member_role(s.user_id, $1) = 'manager'
       and exists (select from holdfast.spaces t where t.id = s.user_id and t.deleted_at is null))
   order by s.id`,
);

type NewSchedule = [
  id: string,
  scope: "account" | "space" | "instance",
  userId: string | null,
  cron: string,
  timeZone: string,
  retention: string,
  targetId: string,
  enabled: boolean,
  withVersions: boolean,
  nextRunAt: Date | null,
];
export const insertSchedule = statement<NewSchedule>(
  `insert into holdfast.backup_schedules (id, scope, user_id, cron, time_zone, retention, target_id, enabled, with_versions, next_run_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);

/** What is null stays as it is, but the next run. */
type Change = [
  id: string,
  cron: string,
  timeZone: string,
  nextRunAt: Date | null,
  retention: string | null,
  targetId: string | null,
  enabled: boolean | null,
  withVersions: boolean | null,
];
export const updateSchedule = statement<Change>(
  `update holdfast.backup_schedules set cron = $2, time_zone = $3, next_run_at = $4, retention = coalesce($5, retention),
     target_id = coalesce($6, target_id), enabled = coalesce($7, enabled), with_versions = coalesce($8, with_versions)
   where id = $1`,
);

export const deleteSchedule = statement<[id: string]>("delete from holdfast.backup_schedules where id = $1");

/** The first whose time has come, locked; those that another node has locked are passed over. */
export const lockDue = statement<[now: Date], ScheduleRow>(
  `select ${columns} from holdfast.backup_schedules s
     left join holdfast.users u on u.id = s.user_id left join holdfast.spaces t on t.id = s.user_id
   where s.enabled and s.next_run_at <= $1 and u.deleted_at is null and t.deleted_at is null
   order by s.next_run_at limit 1 for update of s skip locked`,
);

/** due → waiting for its next time. */
export const recordRun = statement<[id: string, nextRunAt: Date | null, lastRunAt: Date]>(
  "update holdfast.backup_schedules set next_run_at = $2, last_run_at = $3 where id = $1 and enabled",
);
