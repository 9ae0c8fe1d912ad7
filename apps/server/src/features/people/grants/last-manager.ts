import type { Tx } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { countManagers, lockSpace } from "./grants.queries.ts";

/**
 * Ends the transaction where what it did leaves a team's space without a manager. The space was locked before (`lockTeam`), so that of two
 * managers who lower each other at once one stays.
 * @throws last_manager
 */
export async function requireManager(tx: Tx, spaceId: string): Promise<void> {
  if (((await countManagers.first(tx, spaceId))?.number ?? 0) > 0) return;
  throw new ProblemError(
    "last_manager",
    "A team needs one manager whose role does not expire. Make somebody else a manager first.",
  );
}

/** Until the transaction ends, who manages the space changes by nobody else. @returns whether it is a team's */
export async function lockTeam(tx: Tx, spaceId: string): Promise<boolean> {
  return (await lockSpace.first(tx, spaceId))?.kind === "team";
}
