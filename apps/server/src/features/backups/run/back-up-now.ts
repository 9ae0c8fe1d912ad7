import { ProblemError } from "../../../platform/http/problem.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { type BackupRow, findWork as find, findUserByEmail } from "../backups.queries.ts";
import { finishRestore } from "../restore/instance/after-restore.ts";
import { listTargetNames } from "../targets/targets.queries.ts";
import { enterBackup } from "./enter-backup.ts";
import { runBackup } from "./run-backup.ts";

/**
 * Begins a backup of an account, or (null, and never with versions) of the instance, for the command line. With a context it is run here, where no worker does.
 * @returns its id, or null where there is no such account
 */
export async function backUpNow(
  deps: BackupsDeps,
  { account, withVersions }: { account: string | null; withVersions: boolean },
  here: JobContext | null,
): Promise<string | null> {
  // Right after a restore, before any worker has started.
  if (here) await finishRestore(deps);
  let userId: string | null = null;
  if (account !== null) {
    const user = await findUserByEmail.first(deps.db, account);
    if (!user) return null;
    userId = user.id;
  }
  const scope = userId === null ? "instance" : "account";
  const wanted = { scope, userId, targetId: null, scheduleId: null, withVersions } as const;
  const id = await deps.db.transaction((tx) => enterBackup(deps, tx, wanted));
  if (here) await runBackup(deps, id, here);
  return id;
}

/** A backup as it stands. */
export async function findWork(deps: BackupsDeps, id: string): Promise<BackupRow> {
  const row = await find.first(deps.db, id);
  if (!row) throw new Error(`The backup ${id} is gone.`);
  return row;
}

/** A target by its name. @throws not_found, with the names that there are */
export async function findTarget(deps: BackupsDeps, name: string): Promise<string> {
  const rows = await listTargetNames.all(deps.db);
  const found = rows.find((row) => row.name === name);
  if (found) return found.id;
  const names = rows.map((row) => `"${row.name}"`).join(", ");
  throw new ProblemError("not_found", `There is no target "${name}". There are: ${names}.`);
}
