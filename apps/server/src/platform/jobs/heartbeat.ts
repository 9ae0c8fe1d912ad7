import type pg from "pg";
import { execute, type Queryable } from "../database/database.ts";

const key = "worker.heartbeat";

/** Records that a worker of this installation is alive. */
export async function beatWorker(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into holdfast.settings (key, value) values ($1, to_jsonb(now()))
     on conflict (key) do update set value = excluded.value, updated_at = now()`,
    [key],
  );
}

/** How long ago the last worker was alive, in ms, by the database's clock; null where none ever was. */
export async function workerSilence(db: Queryable): Promise<number | null> {
  const [row] = await execute<{ ms: number }>(
    db,
    "select (extract(epoch from now() - updated_at) * 1000)::float8 as ms from holdfast.settings where key = $1",
    [key],
  );
  return row ? Number(row.ms) : null;
}
