import type { Tx } from "../../../platform/database/database.ts";
import { newId } from "../../../platform/ids.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import * as states from "../states/backup-states.queries.ts";
import { locationOf } from "../targets/target-row.ts";
import { runBackupJob } from "./run-backup.ts";

export interface NewBackup {
  scope: "account" | "space" | "instance";
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
  await states.lockEntering.count(tx, wanted.userId ?? "instance");
  const target = await deps.targets.row(wanted.targetId);
  const { scope, userId, scheduleId, withVersions } = wanted;
  const queued = await states.joinQueued.first(tx, userId, target.id, scheduleId, withVersions);
  if (queued) return queued.id;
  const id = newId();
  const type = scheduleId === null ? "one_click" : "scheduled";
  const location = locationOf(target, deps.dataDir);
  await states.insert.count(tx, id, scope, userId, type, target.id, scheduleId, withVersions, location);
  await deps.jobs.enqueue(tx, runBackupJob, { backupId: id });
  return id;
}
