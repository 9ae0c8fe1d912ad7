import type { BackupTarget } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Queryable } from "../../../platform/database/database.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { loseSnapshots } from "../states/backup-states.queries.ts";
import { explainFailure } from "../work/explain-failure.ts";
import { TargetAway } from "./target-away.ts";
import * as queries from "./targets.queries.ts";
import { toTarget } from "./targets.service.ts";

/**
 * Gives up the repository that a target held, because it is lost: the next backup makes a new one, or uses the one that is there. Backups
 * that were in it leave the list. Refused while that repository is in its place, and where there is no folder to begin in.
 * @throws not_found, conflict, busy, target_unusable
 */
export async function startOver(
  deps: BackupsDeps,
  who: Pick<Principal, "role">,
  origin: Origin,
  id: string,
): Promise<BackupTarget> {
  const row = await deps.targets.row(id);
  if (!(await isLost(deps, id))) {
    throw new ProblemError(
      "conflict",
      `The repository of the target "${row.name}" is in its place: there is nothing to start again.`,
    );
  }
  await deps.db.transaction(async (tx) => {
    if ((await queries.isInUse.first(tx, id))?.found)
      throw new ProblemError("busy", "A backup to this target is under way.");
    const backups = await forgetRepository(tx, id);
    await audit(tx, origin, { action: "target.start-over", targetId: id, detail: { name: row.name, backups } });
  });
  return toTarget(deps, await deps.targets.row(id), who);
}

async function isLost(deps: BackupsDeps, id: string): Promise<boolean> {
  try {
    await deps.targets.open(id);
    return false;
  } catch (error) {
    if (error instanceof TargetAway && error.reason !== "absent") return true;
    throw new ProblemError("target_unusable", explainFailure(error), { cause: error });
  }
}

/** Whatever was in the repository of a target is gone. @returns how many backups that were */
export async function forgetRepository(tx: Queryable, targetId: string): Promise<number> {
  await queries.forgetRepository.count(tx, targetId);
  await queries.deleteChunks.count(tx, targetId);
  await queries.deleteTrees.count(tx, targetId);
  return loseSnapshots.count(tx, targetId);
}
