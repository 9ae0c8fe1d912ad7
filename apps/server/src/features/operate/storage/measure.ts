import { statfs } from "node:fs/promises";
import type { Database } from "../../../platform/database/database.ts";
import * as queries from "./measure.queries.ts";

export interface MeasureDeps {
  readonly db: Database;
  /** Where files lie; null: on no disk of this machine. */
  readonly folder: string | null;
}

/** What of a measurement is kept for its day alone. */
export interface Details extends queries.Sums {
  largestFiles: { email: string | null; kind: string; bytes: number; changedAt: string }[];
  largestFolders: { email: string | null; files: number; bytes: number }[];
  backups: { target: string; bytes: number; backups: number }[];
  abandonedSegments: number;
}

const DAY_MS = 86_400_000;
const KEPT_DAYS = 2 * 366;

/** Reads every file's row once, in the worker, and keeps the sums of the day. Done again on the same day, it takes the place of the former. */
export async function measureStorage(
  { db, folder }: MeasureDeps,
  signal: AbortSignal,
  now = new Date(),
): Promise<void> {
  const began = performance.now();
  const { sums } = (await queries.sumFiles.first(db, queries.listedUsers))!;
  signal.throwIfAborted();
  const versions = (await queries.sumVersions.first(db))!;
  const segments = (await queries.sumSegments.first(db))!;
  signal.throwIfAborted();
  const backups = await queries.sumBackups.all(db);
  const files = await queries.findLargestFiles.all(db, queries.listedFiles);
  const folders = await queries.findLargestFolders.all(db, queries.listedFiles);
  const disk = folder === null ? null : await statfs(folder);
  const trash = sums.trash.find(({ olderThanDays }) => olderThanDays === 0);
  const values = {
    ...{ files: sums.files, file_bytes: sums.bytes, trash_files: trash?.files ?? 0, trash_bytes: trash?.bytes ?? 0 },
    ...{ versions: versions.versions, version_bytes: versions.bytes },
    ...{ stored_bytes: segments.bytes, abandoned_bytes: segments.abandoned },
    backup_bytes: backups.reduce((sum, { bytes }) => sum + bytes, 0),
    disk_free: disk && disk.bavail * disk.bsize,
    disk_size: disk && disk.blocks * disk.bsize,
    took_ms: Math.round(performance.now() - began),
  };
  const details: Details = {
    ...sums,
    largestFiles: files.map(({ changed_at, ...file }) => ({ ...file, changedAt: changed_at.toISOString() })),
    largestFolders: folders,
    backups,
    abandonedSegments: segments.segments,
  };
  await queries.saveDay.all(db, dayOf(now), now, JSON.stringify(values), JSON.stringify(details));
  await queries.dropOldDays.all(db, dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS)));
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
