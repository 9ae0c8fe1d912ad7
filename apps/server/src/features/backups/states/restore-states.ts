import type { Queryable } from "../../../platform/database/database.ts";
import type { RestoreRow } from "./restore-states.queries.ts";
import * as queries from "./restore-states.queries.ts";

/**
 * What becomes of a restore. Every change of its row is one of these, and is made only from the states that it names.
 *
 * | state     | is                          | to                                                                             |
 * |-----------|-----------------------------|--------------------------------------------------------------------------------|
 * | queued    | waits for a worker          | running (`beginRestore`), cancelled at once (`cancelRestore`)                  |
 * | running   | files come back             | completed, failed, cancelled (`endRestore`), queued again (`requeueRestore`)   |
 * | completed, failed, cancelled | it has ended; what came back stays | nothing                                              |
 *
 * Cancelling one that is running only asks: its worker sees it within half a second and ends it as cancelled. In
 * an installation that was restored, those that were open become failed (`failAbandoned`).
 */
export type { RestoreRow } from "./restore-states.queries.ts";
export {
  find as findRestore,
  insert as insertRestore,
  list as listRestoreRows,
  recordFolder,
  recordKept,
} from "./restore-states.queries.ts";

/** queued, or running under a worker that died → running. Null where it has ended. */
export async function beginRestore(db: Queryable, id: string): Promise<RestoreRow | null> {
  return (await queries.begin.first(db, id)) ?? null;
}

/** running → queued. @param givenBack attempts that do not count: its worker was stopped, or the repository was in use */
export async function requeueRestore(db: Queryable, id: string, givenBack: 0 | 1): Promise<boolean> {
  return (await queries.requeue.count(db, id, givenBack)) > 0;
}

/** running → its end. */
export async function endRestore(
  db: Queryable,
  id: string,
  status: "completed" | "failed" | "cancelled",
  error: string | null,
): Promise<boolean> {
  return (await queries.end.count(db, id, status, error)) > 0;
}

/** queued → cancelled; running → asked to. False where it has ended. */
export async function cancelRestore(db: Queryable, id: string): Promise<boolean> {
  return (await queries.requestCancel.count(db, id)) > 0;
}
