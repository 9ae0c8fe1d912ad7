import { withAdvisoryLock } from "../../../platform/database/advisory-lock.ts";
import type { Database } from "../../../platform/database/database.ts";

export type ScopeLock =
  /** What changes or reads all of one person's files, or of the instance (null): one at a time. */
  { readonly scope: string | null } | { readonly name: string };

/** The lock's own, and the one that reads the catalogue. Two of the pool are left for everything else. */
const CONNECTIONS_EACH = 2;
const works = new WeakMap<Database, number>();

/**
 * Runs `work` while nobody else, on whatever node, holds the same lock. It is PostgreSQL's: it ends with the connection, so that a
 * worker that was killed leaves none behind.
 * @returns false, without having called `work`, where somebody else holds it, or this process has as much such work as its connections allow
 */
export async function withLock(db: Database, lock: ScopeLock, work: () => Promise<void>): Promise<boolean> {
  const name = "scope" in lock ? `backups of ${lock.scope ?? "the instance"}` : lock.name;
  const running = works.get(db) ?? 0;
  if (running >= Math.max(1, Math.floor((db.connections - 2) / CONNECTIONS_EACH))) return false;
  works.set(db, running + 1);
  try {
    return await withAdvisoryLock(db, name, work);
  } finally {
    works.set(db, (works.get(db) as number) - 1);
  }
}
