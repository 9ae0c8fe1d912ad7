import type { Backup, Restore } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import type { Queryable } from "../../platform/database/database.ts";
import { keepAnswer } from "../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { beforeId, type Page, type PageQuery, pageById, rowsFor } from "../../platform/listing/page.ts";
import type { BackupsDeps } from "./backups.deps.ts";
import { type BackupViewRow, findBackup, listBackups as listRows } from "./backups.queries.ts";
import { accessBackup, checkWithVersions, scopeOwner, type WantedScope } from "./browse/access-backup.ts";
import { toBackup, toRestore } from "./browse/backup-view.ts";
import { removeOldBackupsJob } from "./retention/remove-old-backups.ts";
import { enterBackup } from "./run/enter-backup.ts";
import { verifyJob } from "./run/verify-backup.ts";
import { findProofRequest, lockEntering } from "./states/backup-states.queries.ts";
import { cancelBackup, deleteBackups, requestProof } from "./states/backup-states.ts";
import {
  cancelRestore as cancelRunning,
  findRestore,
  listRestoreRows,
  type RestoreRow,
} from "./states/restore-states.ts";
import { checkBackupQuota } from "./work/backup-quota.ts";
import { watcherNotifier } from "./work/notify-watchers.ts";

/** The button. @throws forbidden, not_found, invalid_request, backup_quota_exceeded */
export async function createBackup(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  wanted: WantedScope & { targetId?: string | undefined; withVersions: boolean },
): Promise<Backup> {
  const userId = await scopeOwner(deps.db, who, wanted);
  const { withVersions } = wanted;
  checkWithVersions(wanted.scope, withVersions);
  const backup = await deps.db.transaction(async (tx) => {
    if (userId !== null) await checkBackupQuota(tx, deps.backupQuota, userId);
    const backupId = await enterBackup(deps, tx, {
      scope: wanted.scope,
      userId,
      targetId: wanted.targetId ?? null,
      scheduleId: null,
      withVersions,
    });
    const detail = {
      scope: wanted.scope,
      ...(wanted.spaceId === undefined ? {} : { spaceId: wanted.spaceId }),
      ...(withVersions ? { withVersions } : {}),
    };
    await audit(tx, origin, { action: "backup.create", targetId: backupId, detail });
    return keepAnswer(tx, await present(tx, who, backupId));
  });
  (await watcherNotifier(deps, { id: backup.id, scope: wanted.scope, user_id: userId }))();
  return backup;
}

export async function listBackups(
  deps: BackupsDeps,
  who: Principal,
  query: PageQuery & WantedScope,
): Promise<Page<Backup>> {
  const userId = await scopeOwner(deps.db, who, query);
  const rows = await listRows.of(query.scope).all(deps.db, userId, beforeId(query), rowsFor(query));
  return pageById(rows, query, (row: BackupViewRow) => toBackup(row, who));
}

/**
 * Cancels what is queued or running; of what has ended, the snapshot is forgotten, and its data go when no other snapshot needs them.
 * @throws not_found
 */
export async function deleteBackup(deps: BackupsDeps, who: Principal, origin: Origin, id: string): Promise<void> {
  const row = await accessBackup(deps, who, id);
  await deps.db.transaction(async (tx) => {
    const cancelled = await cancelBackup(tx, id);
    if (!cancelled) {
      await deleteBackups(tx, [id]);
      await deps.jobs.enqueue(tx, removeOldBackupsJob, { targetId: row.target_id }, { singletonKey: row.target_id });
    }
    await audit(tx, origin, { action: cancelled ? "backup.cancel" : "backup.delete", targetId: id });
  });
  (await watcherNotifier(deps, row))();
}

/** @throws not_found, busy, rate_limited */
export async function startVerify(deps: BackupsDeps, who: Principal, origin: Origin, id: string): Promise<Backup> {
  const row = await accessBackup(deps, who, id);
  if (row.status !== "completed") throw notVerifiable();
  await deps.db.transaction(async (tx) => {
    await lockEntering.count(tx, row.user_id ?? "instance");
    if (row.phase === "verifying") return;
    await refuseSoon(tx, row);
    if (!(await requestProof(tx, id, true))) throw notVerifiable();
    await deps.jobs.enqueue(tx, verifyJob, { backupId: id }, { singletonKey: id });
    await audit(tx, origin, { action: "backup.verify", targetId: id });
  });
  return present(deps.db, who, id);
}

/** What is in a backup does not change: an account's is read back once an hour, and an admin knows when a server backup has to be. */
const AGAIN_AFTER_SECONDS = 3600;

async function refuseSoon(tx: Queryable, row: BackupViewRow): Promise<void> {
  const asked = await findProofRequest.first(tx, row.id, row.user_id);
  if (asked?.other) throw new ProblemError("busy", "Another backup is being verified. Wait until that is done.");
  const wait = Math.ceil(AGAIN_AFTER_SECONDS - (asked?.seconds ?? AGAIN_AFTER_SECONDS));
  if (row.scope === "instance" || wait <= 0) return;
  const minutes = Math.ceil(wait / 60);
  throw new ProblemError(
    "rate_limited",
    `This backup was verified less than an hour ago. Verify it again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    { headers: { "retry-after": String(wait) } },
  );
}

function notVerifiable(): ProblemError {
  return new ProblemError("busy", "Only a finished backup can be verified.");
}

async function present(db: Queryable, who: Principal, id: string): Promise<Backup> {
  const row = await findBackup.first(db, id);
  if (!row) throw notFound();
  return toBackup(row, who);
}

export async function listRestores(deps: BackupsDeps, who: Principal, query: PageQuery): Promise<Page<Restore>> {
  const rows = await listRestoreRows.all(deps.db, who.userId, beforeId(query), rowsFor(query));
  return pageById(rows, query, (row: RestoreRow) => toRestore(row, who));
}

/** @throws not_found */
export async function getRestore(deps: BackupsDeps, who: Principal, id: string): Promise<Restore> {
  const row = await findRestore.first(deps.db, id);
  if (!row) throw notFound();
  // Of an admin's restore into somebody's account, both may know.
  if (row.user_id !== who.userId) await accessBackup(deps, who, row.backup_id);
  return toRestore(row, who);
}

/** Stops a restore that has not ended; for one that has, nothing happens. @throws not_found */
export async function cancelRestore(deps: BackupsDeps, who: Principal, id: string): Promise<void> {
  await getRestore(deps, who, id);
  await cancelRunning(deps.db, id);
  deps.events.publish(who.userId, { type: "backups.changed", id });
}
