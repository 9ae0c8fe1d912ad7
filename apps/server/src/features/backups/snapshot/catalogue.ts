import type pg from "pg";
import type { Database } from "../../../platform/database/database.ts";

/**
 * The catalogue as it was at one instant: a transaction that only reads and sees nothing of what is committed after it began. It stays
 * open for as long as a backup reads, on a connection of its own.
 */
export interface Catalogue {
  /** The instant. */
  readonly at: Date;
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Rows of a query, a page at a time: millions of them are never in memory together. One stream at a time. */
  stream<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): AsyncGenerator<Row>;
  close(): Promise<void>;
}

const PAGE = 1000;

export async function openCatalogue(db: Database): Promise<Catalogue> {
  const client = await db.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  const release = (error?: Error): void => {
    client.off("error", onError);
    client.release(error ?? broken);
  };
  let at: Date;
  try {
    await client.query("begin transaction isolation level repeatable read, read only");
    // The first statement takes the snapshot that all others see.
    const { rows } = await client.query<{ at: Date }>("select clock_timestamp() as at");
    at = (rows[0] as { at: Date }).at;
  } catch (error) {
    release(error as Error);
    throw error;
  }
  let cursors = 0;
  return {
    at,
    async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await client.query<Row>(text, [...values])).rows;
    },
    async *stream<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      const name = `rows_${++cursors}`;
      await client.query(`declare ${name} no scroll cursor for ${text}`, [...values]);
      for (;;) {
        const { rows } = await client.query<Row>(`fetch ${PAGE} from ${name}`);
        yield* rows;
        if (rows.length < PAGE) break;
      }
      await client.query(`close ${name}`);
    },
    async close() {
      const failed = await client.query("rollback").then(
        () => undefined,
        (error: Error) => error,
      );
      release(failed);
    },
  };
}
