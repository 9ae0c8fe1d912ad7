import type { Queryable } from "../database/database.ts";
import { bossSchema } from "./boss.ts";

export interface FailedJobs {
  name: string;
  count: number;
  /** Of the last one. */
  error: string | null;
}

/**
 * Jobs that have failed for good in the last day and were not run again. Of those that run by the clock, a later run that succeeded makes
 * up for it. Backups and test restores say themselves what came of them.
 * @param repeated names of jobs that run by the clock
 */
export async function findFailedJobs(db: Queryable, repeated: readonly string[]): Promise<FailedJobs[]> {
  const { rows } = await db.query<FailedJobs & Record<string, unknown>>(
    `select f.name, count(*)::int as count, (array_agg(coalesce(f.output ->> 'message', f.output ->> 'value') order by f.completed_on desc))[1] as error
     from ${bossSchema}.job f
     where f.state = 'failed' and f.completed_on > now() - interval '1 day' and left(f.name, 2) <> '__'
       and f.name <> all(array['backups.run', 'backups.rehearse'])
       and not (f.name = any($1::text[]) and exists (
         select from ${bossSchema}.job c where c.name = f.name and c.state = 'completed' and c.completed_on > f.completed_on))
     group by f.name order by f.name limit 20`,
    [repeated],
  );
  return rows;
}
