import type { Queryable } from "../database/database.ts";
import { findSilence, recordBeat } from "./heartbeat.queries.ts";

const key = "worker.heartbeat";

/** Records that a worker of this installation is alive. */
export async function beatWorker(db: Queryable): Promise<void> {
  await recordBeat.count(db, key);
}

/** How long ago the last worker was alive, in ms, by the database's clock; null where none ever was. */
export async function workerSilence(db: Queryable): Promise<number | null> {
  return (await findSilence.first(db, key))?.ms ?? null;
}
