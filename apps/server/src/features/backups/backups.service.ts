import type { Backup, Restore } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import { execute, type Queryable, type Tx } from "../../platform/database/database.ts";
import { keepAnswer } from "../../platform/http/idempotency.ts";
import type { Origin, Principal } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor, invalidCursor } from "../../platform/listing/cursor.ts";
import type { BackupsDeps } from "./backups.deps.ts";
import {
  type BackupViewRow,
  findBackup,
  findRestore,
  joinQueued,
  listBackupRows,
  listRestoreRows,
  type RestoreRow,
} from "./backups.queries.ts";
import { accessBackup, checkWithVersions, scopeOwner } from "./browse/access-backup.ts";
import { toBackup, toRestore } from "./browse/backup-view.ts";
import { retainJob } from "./retention/retain.ts";
import { runBackupJob } from "./run/run-backup.ts";
import { tellAbout } from "./run/tell.ts";
import { verifyJob } from "./run/verify-backup.ts";
import { locationOf } from "./targets/target-row.ts";

export interface NewBackup {
  scope: "account" | "instance";
  /** Null: the instance. */
  userId: string | null;
  targetId: string | null;
  scheduleId: string | null;
  /** Of an account: earlier versions and the trash too. */
  withVersions: boolean;
}

/**
 * Enters a backup and its job in the transaction. One that has not begun yet serves for whoever asks again: it will show what is there
 * when it begins, and with versions where anybody asked for them. @throws not_found for a target that is not there
 */
export async function enterBackup(deps: BackupsDeps, tx: Tx, wanted: NewBackup): Promise<string> {
  // Whoever asks at the same moment waits, and finds the row.
  await execute(tx, "select pg_advisory_xact_lock(hashtextextended('enter backup ' || $1, 0))", [
    wanted.userId ?? "instance",
  ]);
  const target = await deps.targets.row(wanted.targetId);
  const queued = await joinQueued(tx, { ...wanted, targetId: target.id });
  if (queued !== null) return queued;
  const id = newId();
  await tx.kysely
    .insertInto("holdfast.backups")
    .values({
      id,
      scope: wanted.scope,
      user_id: wanted.userId,
      backup_type: wanted.scheduleId === null ? "one_click" : "scheduled",
      target_id: target.id,
      schedule_id: wanted.scheduleId,
      with_versions: wanted.withVersions,
      storage_location: locationOf(target, deps.dataDir),
    })
    .execute();
  await deps.jobs.enqueue(tx, runBackupJob, { backupId: id });
  return id;
}

/** The button. @throws forbidden, not_found, invalid_request */
export async function createBackup(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  wish: { scope: "account" | "instance"; targetId?: string | undefined; withVersions: boolean },
): Promise<Backup> {
  const userId = scopeOwner(who, wish.scope);
  const { withVersions } = wish;
  checkWithVersions(wish.scope, withVersions);
  const backup = await deps.db.transaction(async (tx) => {
    const backupId = await enterBackup(deps, tx, {
      scope: wish.scope,
      userId,
      targetId: wish.targetId ?? null,
      scheduleId: null,
      withVersions,
    });
    const detail = { scope: wish.scope, ...(withVersions ? { withVersions } : {}) };
    await audit(tx, origin, { action: "backup.create", targetId: backupId, detail });
    return keepAnswer(tx, await present(tx, who, backupId));
  });
  (await tellAbout(deps, { id: backup.id, user_id: userId }))();
  return backup;
}

export async function listBackups(
  deps: BackupsDeps,
  who: Principal,
  query: { scope: "account" | "instance"; limit: number; cursor?: string | undefined },
): Promise<{ items: Backup[]; nextCursor: string | null }> {
  const userId = scopeOwner(who, query.scope);
  const beforeId = positionOf(query.cursor);
  const rows = await listBackupRows(deps.db, { userId, beforeId, limit: query.limit + 1 });
  return pageOf(rows, query.limit, (row: BackupViewRow) => toBackup(row, who));
}

/**
 * Cancels what is queued or running; of what has ended, the snapshot is forgotten, and its data go when no other snapshot needs them.
 * @throws not_found
 */
export async function deleteBackup(deps: BackupsDeps, who: Principal, origin: Origin, id: string): Promise<void> {
  const row = await accessBackup(deps, who, id);
  await deps.db.transaction(async (tx) => {
    const open = await execute(
      tx,
      `update holdfast.backups set cancel_requested = true,
         status = case when status = 'queued' then 'cancelled' else status end,
         finished_at = case when status = 'queued' then now() end, phase = case when status = 'queued' then null else phase end
       where id = $1 and status in ('queued', 'running') returning id`,
      [id],
    );
    if (open.length === 0) {
      await execute(tx, "update holdfast.backups set deleted_at = now() where id = $1", [id]);
      await deps.jobs.enqueue(tx, retainJob, { targetId: row.target_id }, { singletonKey: row.target_id });
    }
    await audit(tx, origin, { action: open.length > 0 ? "backup.cancel" : "backup.delete", targetId: id });
  });
  (await tellAbout(deps, row))();
}

/** @throws not_found, busy */
export async function startVerify(deps: BackupsDeps, who: Principal, origin: Origin, id: string): Promise<Backup> {
  const row = await accessBackup(deps, who, id);
  if (row.status !== "completed") throw new ProblemError("busy", "Only a finished backup can be verified.");
  await deps.db.transaction(async (tx) => {
    await execute(tx, "update holdfast.backups set phase = 'verifying' where id = $1", [id]);
    await deps.jobs.enqueue(tx, verifyJob, { backupId: id, everything: true }, { singletonKey: id });
    await audit(tx, origin, { action: "backup.verify", targetId: id });
  });
  return present(deps.db, who, id);
}

async function present(db: Queryable, who: Principal, id: string): Promise<Backup> {
  const row = await findBackup(db, id);
  if (!row) throw notFound();
  return toBackup(row, who);
}

export async function listRestores(
  deps: BackupsDeps,
  who: Principal,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: Restore[]; nextCursor: string | null }> {
  const beforeId = positionOf(query.cursor);
  const rows = await listRestoreRows(deps.db, { userId: who.userId, beforeId, limit: query.limit + 1 });
  return pageOf(rows, query.limit, (row: RestoreRow) => toRestore(row, who));
}

/** @throws not_found */
export async function getRestore(deps: BackupsDeps, who: Principal, id: string): Promise<Restore> {
  const row = await findRestore(deps.db, id);
  if (!row) throw notFound();
  // Of an admin's restore into somebody's account, both may know.
  if (row.user_id !== who.userId) await accessBackup(deps, who, row.backup_id);
  return toRestore(row, who);
}

/** Stops a restore that has not ended; for one that has, nothing happens. @throws not_found */
export async function cancelRestore(deps: BackupsDeps, who: Principal, id: string): Promise<void> {
  await getRestore(deps, who, id);
  await execute(
    deps.db,
    `update holdfast.restores set cancel_requested = true,
       status = case when status = 'queued' then 'cancelled' else status end,
       finished_at = case when status = 'queued' then now() end
     where id = $1 and status in ('queued', 'running')`,
    [id],
  );
  deps.events.publish(who.userId, { type: "backups.changed", id });
}

function positionOf(cursor: string | undefined): string | null {
  const keys = decodeCursor(cursor, ["string"]);
  if (keys && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(keys[0])) throw invalidCursor();
  return keys?.[0] ?? null;
}

function pageOf<Row extends { id: string }, T>(
  rows: readonly Row[],
  limit: number,
  map: (row: Row) => T,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items: items.map(map), nextCursor: last ? encodeCursor([last.id]) : null };
}
