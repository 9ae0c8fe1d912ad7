import type { Database } from "../../../platform/database/database.ts";
import { countMissingUsers, markMissingUsersDeleted, mirrorUsers } from "./reconcile.queries.ts";

export interface Reconciled {
  /** Accounts that were added or brought up to date. */
  changed: number;
  /** Accounts that the identity service does not have any more, now marked as deleted. */
  deleted: number;
  /** So many were missing at once that they were not believed to be gone; 0 otherwise. */
  doubted: number;
}

/**
 * Brings `holdfast.users` in line with `auth.users`, for where the trigger that mirrors each change could not be made, or was away for a
 * while: roles from `app_metadata`, addresses, bans, deletions. A user marked as deleted loses their files a day later, so more than a
 * quarter of all users missing at once is taken for an accident (an empty or wrong identity database) and changes nothing.
 */
export async function reconcileUsers(db: Database): Promise<Reconciled> {
  return db.transaction(async (tx) => {
    const changed = await mirrorUsers.count(tx);
    const { missing, all } = (await countMissingUsers.first(tx)) ?? { missing: 0, all: 0 };
    if (missing === 0) return { changed, deleted: 0, doubted: 0 };
    if (missing > Math.max(1, all / 4)) return { changed, deleted: 0, doubted: missing };
    await markMissingUsersDeleted.all(tx);
    return { changed, deleted: missing, doubted: 0 };
  });
}
