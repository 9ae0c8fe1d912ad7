import type { Backup, Restore } from "@holdfast/contract";
import type { BackupViewRow, RestoreRow } from "./backups.queries.ts";

export function toBackup(row: BackupViewRow): Backup {
  return {
    id: row.id,
    scope: row.scope,
    userId: row.user_id,
    backupType: row.backup_type,
    status: row.status,
    phase: row.phase,
    backupDate: iso(row.backup_date),
    targetId: row.target_id,
    targetName: row.target_name,
    storageLocation: row.storage_location,
    scheduleId: row.schedule_id,
    snapshotId: row.snapshot_id,
    filesTotal: row.files_total,
    bytesTotal: row.bytes_total,
    filesDone: row.files_done,
    bytesDone: row.bytes_done,
    bytesAdded: row.bytes_added,
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    finishedAt: iso(row.finished_at),
    verifiedAt: iso(row.verified_at),
    error: row.error,
  };
}

export function toRestore(row: RestoreRow): Restore {
  return {
    id: row.id,
    backupId: row.backup_id,
    mode: row.mode,
    paths: row.paths as string[] | null,
    status: row.status,
    filesTotal: row.files_total,
    bytesTotal: row.bytes_total,
    filesDone: row.files_done,
    bytesDone: row.bytes_done,
    filesSame: row.files_same,
    filesKept: row.files_kept,
    kept: row.kept as string[],
    folderId: row.folder_id,
    folderName: row.folder_name,
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    finishedAt: iso(row.finished_at),
    error: row.error,
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
