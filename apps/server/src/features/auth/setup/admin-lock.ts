import type { Database, Tx } from "../../../platform/database/database.ts";
import { takeTransactionLock } from "./admin-lock.queries.ts";

/** Runs what decides on who is an admin, one after the other over all nodes. The work runs in a transaction. */
export type AdminLock = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Any fixed number serves. */
export const adminLockKey = 4_851_604_901;

/**
 * The work may call the identity service, which takes a connection of its own. So no more than one connection of the pool waits for the
 * lock: all others of this process wait in memory, and a crowd cannot use up the pool that the one inside needs.
 */
export function createAdminLock(db: Database): AdminLock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(() =>
      db.transaction(async (tx) => {
        await takeTransactionLock.all(tx, adminLockKey);
        return work(tx);
      }),
    );
    last = turn.catch(() => {});
    return turn;
  };
}
