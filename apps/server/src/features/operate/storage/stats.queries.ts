import { statement } from "../../../platform/database/statement.ts";
import type { Details } from "./measure.ts";

export interface DayRow {
  day: string;
  measured_at: Date;
  files: number;
  file_bytes: number;
  trash_files: number;
  trash_bytes: number;
  versions: number;
  version_bytes: number;
  stored_bytes: number;
  abandoned_bytes: number;
  backup_bytes: number;
  disk_free: number | null;
  disk_size: number | null;
  took_ms: number;
}

const columns = `to_char(day, 'YYYY-MM-DD') as day, measured_at, files, file_bytes, trash_files, trash_bytes, versions, version_bytes, stored_bytes,
  abandoned_bytes, backup_bytes, disk_free, disk_size, took_ms`;

/** Days from `$1` to `$2`, both of them. */
export const readDays = statement<[from: string, to: string], DayRow>(
  `select ${columns} from holdfast.storage_days where day between $1::date and $2::date order by day`,
);

/** The day that was measured last, with what is kept of it alone. */
export const readLast = statement<[], DayRow & { details: Details }>(
  `select ${columns}, details from holdfast.storage_days where details is not null order by day desc limit 1`,
  { notNull: ["details"] },
);

/** What the quotas count at this moment: files, earlier versions and trash. A row a space is read, not one a file. */
export const readNow = statement<[], { bytes: number; entries: number; users: number; database: number }>(
  `select (select coalesce(sum(used_bytes), 0) from holdfast.spaces)::bigint + (select coalesce(sum(bytes), 0) from holdfast.usage_entries)::bigint as bytes,
     (select coalesce(sum(used_entries), 0) from holdfast.spaces)::bigint + (select coalesce(sum(entries), 0) from holdfast.usage_entries)::bigint as entries,
     (select count(*) from holdfast.users where deleted_at is null) as users, pg_database_size(current_database()) as database`,
);
