import type { Queryable } from "../../../platform/database/database.ts";
import { folderOf } from "./target-row.ts";
import { listTargets } from "./targets.queries.ts";

/** The folder of each target; null for one that is in no folder of this machine. */
export async function listTargetPlaces(db: Queryable, dataDir: string): Promise<(string | null)[]> {
  const targets = await listTargets.all(db);
  return targets.map((target) => (target.kind === "local" ? folderOf(target, dataDir) : null));
}
