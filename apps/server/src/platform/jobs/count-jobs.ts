import type { Queryable } from "../database/database.ts";
import { bossSchema } from "./boss.ts";

/** How many jobs could run now and do not yet, and how many have failed for good and nobody has looked. */
export async function countJobs(db: Queryable): Promise<{ waiting: number; failed: number }> {
  const { rows } = await db.query<{ waiting: number; failed: number }>(
    `select count(*) filter (where state in ('created', 'retry') and start_after <= now())::int as waiting,
       count(*) filter (where state = 'failed')::int as failed
     from ${bossSchema}.job where left(name, 2) <> '__' and state in ('created', 'retry', 'failed')`,
  );
  return rows[0] ?? { waiting: 0, failed: 0 };
}
