import type { Queryable } from "../database/database.ts";
import { bossSchema } from "./boss.ts";

export interface JobCount {
  name: string;
  state: "created" | "retry" | "active" | "failed";
  count: number;
  /** How long the first of them has been due, in seconds; 0 where none is. */
  oldestSeconds: number;
}

/** Jobs that are not done, without pg-boss's own. Its index of such jobs is used where the condition is word for word that of the index. */
export async function countJobs(db: Queryable): Promise<JobCount[]> {
  const { rows } = await db.query<JobCount & Record<string, unknown>>(
    `select name, state::text as state, count(*)::int as count,
       coalesce(extract(epoch from now() - min(start_after) filter (where start_after <= now())), 0)::float8 as "oldestSeconds"
     from ${bossSchema}.job
     where state in ('created', 'retry', 'active', 'failed') and left(name, 2) <> '__'
     group by name, state`,
  );
  return rows;
}
