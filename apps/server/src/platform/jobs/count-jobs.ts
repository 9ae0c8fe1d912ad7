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

/** How many jobs could run now and do not yet, and how many have failed for good and nobody has looked. */
export async function countDueJobs(db: Queryable): Promise<{ waiting: number; failed: number }> {
  const { rows } = await db.query<{ waiting: number; failed: number }>(
    `select count(*) filter (where state in ('created', 'retry') and start_after <= now())::int as waiting,
       count(*) filter (where state = 'failed')::int as failed
     from ${bossSchema}.job where left(name, 2) <> '__' and state in ('created', 'retry', 'failed')`,
  );
  return rows[0] ?? { waiting: 0, failed: 0 };
}
