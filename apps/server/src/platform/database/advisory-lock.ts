import type pg from "pg";
import type { Database } from "./database.ts";

/**
 * Runs `work` while nobody else, on whatever node, holds the lock of this name. It is PostgreSQL's and takes a connection: it ends with it,
 * so that a process that was killed leaves none behind.
 * @returns false, without having called `work`, where somebody else holds it
 */
export async function withAdvisoryLock(db: Database, name: string, work: () => Promise<void>): Promise<boolean> {
  const client = await db.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    if (!(await tryLock(client, name, "exclusive"))) return false;
    try {
      await work();
    } finally {
      await unlock(client, name, "exclusive").catch((error: Error) => {
        broken ??= error;
      });
    }
    return true;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

type Kind = "shared" | "exclusive";

/** Takes a lock of this name on a connection, beside those that it holds. False where another connection's stands against it. */
export async function tryLock(client: pg.ClientBase, name: string, kind: Kind): Promise<boolean> {
  const lock = kind === "shared" ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
  const { rows } = await client.query<{ got: boolean }>(`select ${lock}(hashtextextended($1, 0)) as got`, [name]);
  return rows[0]?.got === true;
}

export async function unlock(client: pg.ClientBase, name: string, kind: Kind): Promise<void> {
  await client.query(
    `select ${kind === "shared" ? "pg_advisory_unlock_shared" : "pg_advisory_unlock"}(hashtextextended($1, 0))`,
    [name],
  );
}
