import type pg from "pg";

export type ScopeLock =
  /** What changes or reads all of one person's files, or of the instance (null): one at a time. */
  { readonly scope: string | null } | { readonly name: string };

/** The lock's own, and the one that reads the catalogue. Two of the pool are left for everything else. */
const CONNECTIONS_EACH = 2;
const works = new WeakMap<pg.Pool, number>();

/**
 * Runs `work` while nobody else, on whatever node, holds the same lock. It is PostgreSQL's: it ends with the connection, so that a
 * worker that was killed leaves none behind.
 * @returns false, without having called `work`, where somebody else holds it, or this process has as much such work as its connections allow
 */
export async function withLock(pool: pg.Pool, lock: ScopeLock, work: () => Promise<void>): Promise<boolean> {
  const name = "scope" in lock ? `backups of ${lock.scope ?? "the instance"}` : lock.name;
  const running = works.get(pool) ?? 0;
  if (running >= Math.max(1, Math.floor((pool.options.max - 2) / CONNECTIONS_EACH))) return false;
  works.set(pool, running + 1);
  try {
    return await lockAndRun(pool, name, work);
  } finally {
    works.set(pool, (works.get(pool) as number) - 1);
  }
}

async function lockAndRun(pool: pg.Pool, name: string, work: () => Promise<void>): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    const { rows } = await client.query<{ got: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as got",
      [name],
    );
    if (!rows[0]?.got) return false;
    try {
      await work();
    } finally {
      await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch((error: Error) => {
        broken ??= error;
      });
    }
    return true;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
