import { type Database, execute, type Tx } from "../../../platform/database/database.ts";

/** Runs what decides on who is an admin, one after the other over all nodes. The work runs in a transaction. */
export type AdminLock = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Any fixed number serves. */
export const adminLockKey = 4_851_604_901;

/**
 * The work may call the identity service, which takes a connection of its own. So no more than one connection of the pool waits for the
 * lock: whoever is in this process waits in memory, and a crowd cannot use up the pool that the one inside needs.
 */
export function createAdminLock(db: Database): AdminLock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(() =>
      db.transaction(async (tx) => {
        await execute(tx, "select pg_advisory_xact_lock($1)", [adminLockKey]);
        return work(tx);
      }),
    );
    last = turn.catch(() => {});
    return turn;
  };
}
