import type pg from "pg";
import type { Database } from "../../../apps/server/src/platform/database/database.ts";

export interface Asked {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared under this name, so that its plan may be one for all values. */
  readonly name?: string;
}

/** The same database, which notes what it is asked. */
export function recordStatements(db: Database): { db: Database; statements: Asked[] } {
  const statements: Asked[] = [];
  const query = (asked: Asked) => {
    statements.push(asked);
    return db.query(asked as pg.QueryConfig);
  };
  return { db: { ...db, query } as unknown as Database, statements };
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  Plans?: Node[];
}

const ofFiles = new Set(["files", "file_words", "file_versions"]);

/** Which indexes the plans of these statements use, and which tables of files they read as a whole. Each distinct text is explained once. */
export async function plansOf(pool: pg.Pool, statements: readonly Asked[]) {
  const indexes = new Set<string>();
  const wholeReads = new Set<string>();
  const walk = (node: Node): void => {
    if (node["Index Name"]) indexes.add(node["Index Name"]);
    const relation = node["Relation Name"] ?? "";
    if (node["Node Type"] === "Seq Scan" && ofFiles.has(relation)) wholeReads.add(relation);
    for (const inner of node.Plans ?? []) walk(inner);
  };
  const explain = async (options: string, text: string, values?: readonly unknown[]) => {
    const { rows } = await pool.query<{ "QUERY PLAN": [{ Plan: Node }] }>(
      `explain (format json${options}) ${text}`,
      values && [...values],
    );
    walk((rows[0] as (typeof rows)[0])["QUERY PLAN"][0].Plan);
  };
  for (const { text, values, name } of new Map(statements.map((one) => [one.text, one])).values()) {
    await explain("", text, values);
    if (name !== undefined) await explain(", generic_plan", text);
  }
  return { indexes: [...indexes].sort(), wholeReads: [...wholeReads] };
}
