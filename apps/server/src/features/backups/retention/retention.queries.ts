import type { Retention } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";

export interface ScheduledBackup {
  id: string;
  snapshot_id: string;
  backup_date: Date;
}

export const listScheduled = statement<[scheduleId: string], ScheduledBackup>(
  `select id, snapshot_id, backup_date from holdfast.backups
   where schedule_id = $1 and status = 'completed' and deleted_at is null and snapshot_id is not null`,
  { notNull: ["snapshot_id", "backup_date"] },
);

export const listSchedulesOf = statement<[targetId: string], { id: string; time_zone: string; retention: Retention }>(
  "select id, time_zone, retention from holdfast.backup_schedules where target_id = $1",
);
