import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from "kysely";
import type pg from "pg";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;
/** A connection in a transaction, or the pool: whatever a query can run on. */
export type Queryable = Database | Transaction<Tables>;
export type { Transaction } from "kysely";
export type Tx = Transaction<Tables>;

/** Kysely over a pool made by `pool.ts`. Destroying it ends the pool. */
export function createDatabase(pool: pg.Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Runs SQL text as it is: the fast lane for hot statements, and what pg-boss takes to join a transaction. */
export async function execute<Row>(db: Queryable, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const result = await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return result.rows;
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
