import { type Database, sqlState } from "../../../platform/database/database.ts";
import { findStatementsSchema } from "./database.queries.ts";

export interface SlowStatement {
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
}

const switchOn =
  "As an administrator of the database server, add pg_stat_statements to shared_preload_libraries, restart the server, and run in this database: create extension pg_stat_statements;";
const MOST = 25;
const MAX_TEXT = 2_000;

/** What took most of the database's time, by the server's own count; or why that is not known. */
export async function slowStatements(db: Database): Promise<{ explanation: string | null; items: SlowStatement[] }> {
  const schema = (await findStatementsSchema.first(db))?.schema;
  if (schema === undefined) return { explanation: `This server does not count statements. ${switchOn}`, items: [] };
  try {
    // The extension is not in our migrations: a server may be without it.
    const { rows } = await db.query<{ query: string; calls: number; total: number; mean: number; rows: number }>(
      `select query, calls, total_exec_time as total, mean_exec_time as mean, rows from ${schema}.pg_stat_statements
       where dbid = (select oid from pg_database where datname = current_database())
         and query ~* '^\\s*(select|insert|update|delete|with|merge)\\M'
       order by total_exec_time desc limit $1`,
      [MOST],
    );
    return { explanation: null, items: rows.map((row) => ({ ...times(row), text: withoutValues(row.query) })) };
  } catch (error) {
    // Made, but not loaded; or not to be read by this user.
    if (sqlState(error) !== "55000" && sqlState(error) !== "42501") throw error;
    return {
      explanation: `The statements of this server cannot be read: ${(error as Error).message}. ${switchOn}`,
      items: [],
    };
  }
}

function times({ calls, total, mean, rows }: { calls: number; total: number; mean: number; rows: number }) {
  return { calls, rows, totalMs: Math.round(total), meanMs: Math.round(mean * 100) / 100 };
}

/** The server puts `$1` in the place of values. What it has not understood it keeps as it was, so that nothing quoted is shown in any case. */
export function withoutValues(text: string): string {
  return text
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "…")
    .replace(/'(?:[^']|'')*('|$)/g, "…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, MAX_TEXT);
}
