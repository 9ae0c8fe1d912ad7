import type { Queryable } from "../../../platform/database/database.ts";
import type { Problem } from "./problems.ts";
import * as queries from "./report.queries.ts";

/** What a comparison of store and tables found. Sizes are bytes. */
export interface StorageReport {
  id: string;
  startedAt: Date;
  /** Null: under way, or cut short. */
  finishedAt: Date | null;
  objects: number;
  bytes: number;
  segments: number;
  unreferenced: number;
  unreferencedBytes: number;
  removed: number;
  removedBytes: number;
  missing: number;
  wrongSize: number;
  unknown: number;
  leftovers: number;
  leftoverBytes: number;
  /** Why nothing was removed. */
  refusal: string | null;
  /** The first ones. */
  problems: Problem[];
}

const KEPT_DAYS = 31;

export function emptyReport(id: string, startedAt: Date): StorageReport {
  return {
    ...{ id, startedAt, finishedAt: null, objects: 0, bytes: 0, segments: 0, unreferenced: 0, unreferencedBytes: 0 },
    ...{ removed: 0, removedBytes: 0, missing: 0, wrongSize: 0, unknown: 0, leftovers: 0, leftoverBytes: 0 },
    ...{ refusal: null, problems: [] },
  };
}

/** Makes the report's row, or brings it up to date; a finished one lets go of what it did not see and of reports a month old. */
export async function saveReport(db: Queryable, report: StorageReport): Promise<void> {
  await queries.saveReport.count(
    db,
    report.id,
    report.startedAt,
    report.finishedAt,
    report.objects,
    report.bytes,
    report.segments,
    report.unreferenced,
    report.unreferencedBytes,
    report.removed,
    report.removedBytes,
    report.missing,
    report.wrongSize,
    report.unknown,
    report.leftovers,
    report.leftoverBytes,
    report.refusal,
    JSON.stringify(report.problems),
  );
  if (report.finishedAt === null) return;
  await queries.deleteUnseen.count(db, report.id);
  await queries.deleteReports.count(db, new Date(report.startedAt.getTime() - KEPT_DAYS * 86_400_000));
}

/** When the last report that was finished ended. */
export async function lastFinished(db: Queryable): Promise<Date | null> {
  return (await queries.findLastFinished.first(db))?.at ?? null;
}

/** The last report that was finished. */
export async function lastReport(db: Queryable): Promise<StorageReport | null> {
  const row = await queries.findLastReport.first(db);
  if (!row) return null;
  return {
    id: row.id,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    objects: row.objects,
    bytes: row.bytes,
    segments: row.segments,
    unreferenced: row.unreferenced,
    unreferencedBytes: row.unreferenced_bytes,
    removed: row.removed,
    removedBytes: row.removed_bytes,
    missing: row.missing,
    wrongSize: row.wrong_size,
    unknown: row.unknown,
    leftovers: row.leftovers,
    leftoverBytes: row.leftover_bytes,
    refusal: row.refusal,
    problems: row.problems as Problem[],
  };
}
