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
