import type { Queryable, Tx } from "../../../platform/database/database.ts";
import type { BackupRow } from "../backups.queries.ts";
import * as queries from "./backup-states.queries.ts";

/**
 * What becomes of a backup. Every change of its row is one of these, and is made only from the states that it names: what comes too late
 * (the backup has ended meanwhile, or was deleted) changes nothing and answers false or null.
 *
 * | state     | is                                   | to                                                                        |
 * |-----------|--------------------------------------|---------------------------------------------------------------------------|
 * | queued    | waits for a worker                   | running (`beginBackup`), cancelled at once (`cancelBackup`)               |
 * | running   | a worker reads, then proves it       | completed, failed, cancelled (`endBackup`), queued again (`requeueBackup`) |
 * | completed | its snapshot is stored               | itself, proven again (`requestProof` … `endProof`); deleted               |
 * | failed    | it could not be made                 | deleted                                                                   |
 * | cancelled | a person has ended it                | deleted                                                                   |
 *
 * Its worker beats twice a second while it is running (`heartbeat.queries.ts`), which refuses as well. In an installation that was restored,
 * nothing is under way: the backup that it came from becomes completed, and all others that are open become failed (`failAbandoned`).
 *
 * Cancelling one that is running only asks: its worker sees it within half a second (`work/track-work.ts`), stops reading, and ends it as
 * cancelled; a snapshot that was stored before is forgotten by the next run of `removeOldBackups`. A deleted one stays as a row until its snapshot is gone.
 */

/** queued → waiting for something else that is under way. */
export async function keepWaiting(db: Queryable, id: string): Promise<void> {
  await queries.wait.count(db, id);
}

/** queued, or running under a worker that died → running; cancelled where that was asked for. Null where it has ended. */
export async function beginBackup(db: Queryable, id: string): Promise<BackupRow | null> {
  return (await queries.begin.first(db, id)) ?? null;
}

export interface StoredSnapshot {
  snapshotId: string;
  treeId: string;
  rootPath: string;
  at: Date;
  files: number;
  bytes: number;
  added: number;
}

/** running, with its snapshot. */
export async function recordSnapshot(db: Queryable, id: string, stored: StoredSnapshot): Promise<boolean> {
  const { snapshotId, treeId, rootPath, at, files, bytes, added } = stored;
  return (await queries.recordSnapshot.count(db, id, snapshotId, treeId, rootPath, at, files, bytes, added)) > 0;
}

/** running: everything is stored, and is read back. */
export async function beginProof(db: Queryable, id: string): Promise<boolean> {
  return (await queries.beginProof.count(db, id)) > 0;
}

/** running → queued. @param givenBack attempts that do not count: its worker was stopped, or the repository was in use */
export async function requeueBackup(
  db: Queryable,
  id: string,
  error: string | null,
  givenBack: 0 | 1 = 0,
): Promise<boolean> {
  return (await queries.requeue.count(db, id, error, givenBack)) > 0;
}

/** running → its end. */
export async function endBackup(
  db: Queryable,
  id: string,
  status: "completed" | "failed" | "cancelled",
  error: string | null = null,
): Promise<boolean> {
  return (await queries.end.count(db, id, status, error)) > 0;
}

/** queued → cancelled; running → asked to. False where it has ended. */
export async function cancelBackup(tx: Tx, id: string): Promise<boolean> {
  return (await queries.requestCancel.count(tx, id)) > 0;
}

/** completed, failed or cancelled → deleted. Returns how many were. */
export function deleteBackups(db: Queryable, ids: readonly string[]): Promise<number> {
  return queries.forget.count(db, ids);
}

/** completed → completed, to be proven again. Null where it is another state. @param asked by a person, which is remembered */
export async function requestProof(db: Queryable, id: string, asked = false): Promise<BackupRow | null> {
  return (await queries.requestProof.first(db, id, asked)) ?? null;
}
