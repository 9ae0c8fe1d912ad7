import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../../../platform/database/database.ts";
import { TargetAway } from "./target-away.ts";
import { folderOf, isBuiltIn } from "./target-row.ts";
import { listTargets } from "./targets.queries.ts";

interface TargetState {
  id: string;
  name: string;
  /** Why it cannot be used, in a sentence; null: it is there. */
  away: string | null;
}

/** A network disk whose server is gone answers nothing at all. */
const PATIENCE_MS = 3_000;

/**
 * Whether the targets in folders of this machine are where they were. Only looks: buckets are asked by the daily check and by each backup,
 * which note what they found (`last_test_error`).
 */
export async function localTargetsAway(db: Queryable, dataDir: string): Promise<TargetState[]> {
  const rows = await listTargets.all(db);
  return Promise.all(
    rows.map(async (row): Promise<TargetState> => {
      const { id, name } = row;
      // One that has never held a backup is made by the first.
      if (row.repository_id === null) return { id, name, away: null };
      if (row.kind !== "local") return { id, name, away: row.last_test_error };
      const root = folderOf(row, dataDir);
      if (!isBuiltIn(row) && !(await isThere(root)))
        return { id, name, away: new TargetAway("absent", row, dataDir).message };
      const away = (await isThere(join(root, "config"))) ? null : new TargetAway("empty", row, dataDir).message;
      return { id, name, away };
    }),
  );
}

async function isThere(path: string): Promise<boolean> {
  const found = stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== "ENOENT" && code !== "ENOTDIR",
  );
  return Promise.race([found, sleep(PATIENCE_MS, false, { ref: false })]);
}
