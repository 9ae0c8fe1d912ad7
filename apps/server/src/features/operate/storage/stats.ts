import type { StorageDay, StorageStats } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { daysUntilEmpty, leastDays, mostDays, slopeOf } from "./growth.ts";
import * as queries from "./stats.queries.ts";

const DAY_MS = 86_400_000;
const USUAL_DAYS = 90;

interface Asked {
  from?: string | undefined;
  to?: string | undefined;
}

/** What the job has measured, and what the counters of spaces say now. No file's row is read. */
export async function readStats(db: Queryable, asked: Asked, clock: Date): Promise<StorageStats> {
  const to = asked.to === undefined ? clock : new Date(asked.to);
  const from = asked.from === undefined ? new Date(to.getTime() - USUAL_DAYS * DAY_MS) : new Date(asked.from);
  if (from > to) throw new ProblemError("invalid_request", "query.from: it has to be before `to`.");
  const rows = await queries.readDays.all(db, dayOf(from), dayOf(to));
  const recent = await queries.readDays.all(db, dayOf(new Date(clock.getTime() - mostDays * DAY_MS)), dayOf(clock));
  const last = await queries.readLast.first(db);
  const now = (await queries.readNow.first(db))!;
  const details = last?.details;
  return {
    now: {
      bytes: Math.max(0, now.bytes),
      entries: Math.max(0, now.entries),
      users: now.users,
      databaseBytes: now.database,
    },
    last: last ? toDay(last) : null,
    tookMs: last?.took_ms ?? null,
    days: rows.map(toDay),
    kinds: details?.kinds ?? [],
    ages: details?.ages ?? [],
    users: details?.users ?? [],
    largestFiles: details?.largestFiles ?? [],
    largestFolders: details?.largestFolders ?? [],
    backups: details?.backups ?? [],
    growth: growthOf(recent),
    cleaning: {
      trash: details?.trash ?? [],
      versions: { versions: last?.versions ?? 0, bytes: last?.version_bytes ?? 0 },
      abandoned: { segments: details?.abandonedSegments ?? 0, bytes: last?.abandoned_bytes ?? 0 },
    },
  };
}

function growthOf(rows: readonly queries.DayRow[]): StorageStats["growth"] {
  const values = (pick: (row: queries.DayRow) => number | null) =>
    rows.flatMap((row) => {
      const value = pick(row);
      return value === null ? [] : [{ day: Date.parse(row.day) / DAY_MS, value }];
    });
  const free = values((row) => row.disk_free);
  const slope = slopeOf(free);
  return {
    storedPerDay: slopeOf(values((row) => row.stored_bytes)),
    daysUntilFull: slope === null ? null : daysUntilEmpty(free.at(-1)?.value ?? 0, slope),
    days: rows.length,
    daysNeeded: leastDays,
  };
}

function toDay(row: queries.DayRow): StorageDay {
  return {
    day: row.day,
    measuredAt: row.measured_at.toISOString(),
    ...{ files: row.files, fileBytes: row.file_bytes },
    ...{ trashFiles: row.trash_files, trashBytes: row.trash_bytes },
    ...{ versions: row.versions, versionBytes: row.version_bytes },
    ...{ storedBytes: row.stored_bytes, abandonedBytes: row.abandoned_bytes },
    backupBytes: row.backup_bytes,
    ...{ diskFree: row.disk_free, diskSize: row.disk_size },
  };
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
