import type { Pool, PoolClient, QueryResult, QueryResultRow } from "pg";

/** A pool, or a client inside of a transaction. */
export interface Database {
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<QueryResult<R>>;
}

/** Every row that Supabase Auth looks up carries this instance id. */
export const instanceId = "00000000-0000-0000-0000-000000000000";

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (db: Database) => Promise<T>): Promise<T> {
  const client: PoolClient = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client as Database);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((rollback: Error) => {
      broken = rollback;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Runs `work` inside of the transaction, and takes back what it wrote. */
export async function undone(db: Database, work: () => Promise<void>): Promise<void> {
  await db.query("SAVEPOINT undone");
  await work();
  await db.query("ROLLBACK TO SAVEPOINT undone");
}
