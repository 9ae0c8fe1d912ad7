import type { Backup, Restore } from "@holdfast/contract";
import type { Principal } from "../../../platform/http/principal.ts";
import type { BackupViewRow } from "../backups.queries.ts";
import type { RestoreRow } from "../states/restore-states.ts";
import { withoutPaths } from "../work/without-paths.ts";

type Reader = Pick<Principal, "role">;

/** As `reader` may see it: where things lie on the server is only an admin's business. */
export function toBackup(row: BackupViewRow, reader: Reader): Backup {
  const isAdmin = reader.role === "admin";
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
    storageLocation: isAdmin ? row.storage_location : row.target_name,
    scheduleId: row.schedule_id,
    withVersions: row.with_versions,
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
    error: row.error === null || isAdmin ? row.error : withoutPaths(row.error, row.storage_location),
  };
}

export function toRestore(row: RestoreRow, reader: Reader): Restore {
  return {
    id: row.id,
    backupId: row.backup_id,
    part: row.part,
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
    error: row.error === null || reader.role === "admin" ? row.error : withoutPaths(row.error),
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
