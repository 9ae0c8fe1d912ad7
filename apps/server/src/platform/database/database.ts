import type pg from "pg";

/** Whatever a statement can run on: the database, or a transaction of it. */
export interface Queryable {
  /** As the client of `pg` does it. Statements are run by `Statement`; this is for what makes its own text (the job queue). */
  query<Row extends pg.QueryResultRow>(
    text: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/** A transaction that is under way. */
export interface Tx extends Queryable {
  readonly transacting: true;
}

/** The one handle on PostgreSQL: a pool of connections, and transactions on one of them. */
export interface Database extends Queryable {
  /** The most connections that are open at once. */
  readonly connections: number;
  /**
   * Commits what `work` did when it fulfils, and undoes it when it rejects. An error of the commit itself leaves open whether it
   * was done (`away.ts`).
   */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /** A connection for whoever needs the same one for longer than a transaction. Must be released. */
  connect(): Promise<pg.PoolClient>;
  /** Closes all connections. */
  end(): Promise<void>;
}

/** The handle over a pool made by `pool.ts`. */
export function createDatabase(pool: pg.Pool): Database {
  return {
    connections: pool.options.max,
    query: pool.query.bind(pool) as Database["query"],
    connect: () => pool.connect(),
    transaction: (work) => transact(pool, work),
    end: () => pool.end(),
  };
}

async function transact<Result>(pool: pg.Pool, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(transactionOn(client));
    await client.query("commit");
    return result;
  } catch (error) {
    // Where even this fails the connection is of no use to anybody; what is thrown is why it came to it.
    await client.query("rollback").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A transaction that was begun on a connection by hand. */
export function transactionOn(client: pg.PoolClient): Tx {
  return { transacting: true, query: client.query.bind(client) as Tx["query"] };
}

/** PostgreSQL's error code (`23505`: unique violation) of whatever was thrown, or null. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** The constraint or index that refused a row, or null. */
export function violatedConstraint(error: unknown): string | null {
  return (error as { constraint?: string } | null)?.constraint ?? null;
}
