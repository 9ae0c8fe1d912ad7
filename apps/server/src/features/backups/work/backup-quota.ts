import type { Queryable } from "../../../platform/database/database.ts";
import { humanBytes } from "../../../platform/http/human-bytes.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { findBackupUse } from "./backup-quota.queries.ts";

/** What an account's backups may hold: so many bytes, so many times its own quota, or (null) as much as the target takes. */
export type BackupQuota = { readonly bytes: number } | { readonly ofQuota: number } | null;

export interface BackupRoom {
  quota: number;
  /** Below zero where less was allowed since. */
  left: number;
}

/**
 * What an account's backups may still add; null: no limit. In each target they are charged what they have added to it and is still there, and
 * no less than the largest of them holds: bytes that another backup had brought before are in use as well.
 * @param besides a backup that is under way and counts for itself
 */
export async function backupRoom(
  db: Queryable,
  rule: BackupQuota,
  userId: string,
  besides: string | null = null,
): Promise<BackupRoom | null> {
  if (rule === null) return null;
  const use = await findBackupUse.first(db, userId, besides);
  if (!use) return null;
  const quota =
    "bytes" in rule ? rule.bytes : use.quota_bytes === null ? null : Math.round(use.quota_bytes * rule.ofQuota);
  return quota === null ? null : { quota, left: quota - use.used };
}

/** @throws backup_quota_exceeded where nothing is left */
export async function checkBackupQuota(db: Queryable, rule: BackupQuota, userId: string): Promise<void> {
  const room = await backupRoom(db, rule, userId);
  if (room !== null && room.left <= 0) throw backupQuotaExceeded(room);
}

export function backupQuotaExceeded({ quota, left }: BackupRoom): ProblemError {
  return new ProblemError(
    "backup_quota_exceeded",
    `Your backups may hold ${humanBytes(quota)}, and ${humanBytes(Math.max(0, left))} of it are left: too little for this backup. Delete backups that you no longer need, keep fewer in the schedule, or ask an administrator for more.`,
  );
}
