import type { Queryable } from "../database/database.ts";
import { bossSchema } from "./boss.ts";

export type JobState = "created" | "retry" | "active" | "completed" | "cancelled" | "failed";

/** A job as an administrator sees it. */
export interface JobRecord {
  id: string;
  name: string;
  state: JobState;
  retryCount: number;
  retryLimit: number;
  createdOn: Date;
  startedOn: Date | null;
  completedOn: Date | null;
  /** What the last run failed with. */
  error: string | null;
}

/** Jobs, newest first, without pg-boss's own; those named in `hidden` only where they failed. */
export async function listJobs(
  db: Queryable,
  { state, hidden, limit }: { state: JobState | null; hidden: readonly string[]; limit: number },
): Promise<JobRecord[]> {
  const { rows } = await db.query<JobRecord & Record<string, unknown>>(
    `select id, name, state::text as state, retry_count as "retryCount", retry_limit as "retryLimit",
       created_on as "createdOn", started_on as "startedOn", completed_on as "completedOn",
       coalesce(output ->> 'message', output ->> 'value') as error
     from ${bossSchema}.job
     where left(name, 2) <> '__' and ($1::text is null or state::text = $1)
       and (name <> all($3::text[]) or state in ('failed', 'retry'))
     order by created_on desc, id desc limit $2`,
    [state, limit, hidden],
  );
  return rows;
}
