import { execute, type Queryable } from "../../../platform/database/database.ts";
import type { Problem } from "./problems.ts";

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
  const row = {
    id: report.id,
    started_at: report.startedAt,
    finished_at: report.finishedAt,
    objects: report.objects,
    bytes: report.bytes,
    segments: report.segments,
    unreferenced: report.unreferenced,
    unreferenced_bytes: report.unreferencedBytes,
    removed: report.removed,
    removed_bytes: report.removedBytes,
    missing: report.missing,
    wrong_size: report.wrongSize,
    unknown: report.unknown,
    leftovers: report.leftovers,
    leftover_bytes: report.leftoverBytes,
    refusal: report.refusal,
    problems: JSON.stringify(report.problems),
  };
  await db.kysely
    .insertInto("holdfast.storage_reports")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
  if (report.finishedAt === null) return;
  await execute(db, "delete from holdfast.storage_orphans where last_seen_in <> $1", [report.id]);
  await execute(db, "delete from holdfast.storage_reports where started_at < $1", [
    new Date(report.startedAt.getTime() - KEPT_DAYS * 86_400_000),
  ]);
}

/** When the last report that was finished ended. */
export async function lastFinished(db: Queryable): Promise<Date | null> {
  const [row] = await execute<{ at: Date | null }>(db, "select max(finished_at) as at from holdfast.storage_reports");
  return row?.at ?? null;
}

/** The last report that was finished. */
export async function lastReport(db: Queryable): Promise<StorageReport | null> {
  const row = await db.kysely
    .selectFrom("holdfast.storage_reports")
    .selectAll()
    .where("finished_at", "is not", null)
    .orderBy("started_at", "desc")
    .limit(1)
    .executeTakeFirst();
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
