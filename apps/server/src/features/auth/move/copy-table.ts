import pg from "pg";
import type { MovedTable } from "./move-plan.ts";

export interface TableCounts {
  table: string;
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  /** Changed later on the other side: left alone. */
  newerThere: number;
  /** Of the other side: taken away, because it was used up on this one. */
  removed?: number;
}

/** A table with the columns that both sides have and that can be written. */
export interface ColumnPlan {
  readonly table: MovedTable;
  readonly columns: readonly { name: string; type: string }[];
  /** Tells which of two versions of a row is the later one; null where the table cannot tell. */
  readonly changedAt: "updated_at" | null;
}

/** Each value as PostgreSQL's own text. */
export type MovedRow = Record<string, string | null>;

const PAGE = 500;

/** @returns the plan, null where there is nothing to copy, or a sentence on what would be lost */
export async function planColumns(
  from: pg.Client,
  to: pg.Client,
  table: MovedTable,
): Promise<ColumnPlan | string | null> {
  const [there, here] = [await columnsOf(to, table.name), await columnsOf(from, table.name)];
  if (table.recent && (there.size === 0 || here.size === 0)) {
    const rows = here.size === 0 ? 0 : (await from.query(`select from auth.${table.name} limit 1`)).rowCount;
    return rows
      ? `The other side has no table auth.${table.name}, and this side has rows in it. Upgrade it first.`
      : null;
  }
  if (there.size === 0 || here.size === 0) {
    return `There is no table auth.${table.name} on ${here.size === 0 ? "this" : "the other"} side. Is it a Supabase Auth database?`;
  }
  for (const name of here.keys()) {
    if (there.has(name)) continue;
    const column = pg.escapeIdentifier(name);
    const { rowCount } = await from.query(`select from auth.${table.name} where ${column} is not null limit 1`);
    if (rowCount)
      return `The other side has no column auth.${table.name}.${name}, and this side has values in it. Upgrade it first.`;
  }
  const columns = [...here.keys()].filter((name) => there.has(name)).map((name) => ({ name, type: there.get(name)! }));
  return { table, columns, changedAt: there.has("updated_at") && here.has("updated_at") ? "updated_at" : null };
}

/** Columns that can be written (not generated ones), with their types. */
async function columnsOf(client: pg.Client, table: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [`auth.${table}`],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/**
 * Page by page in the order of the key, each value as PostgreSQL's own text, so that nothing is rounded on the way.
 * @param options `except`: users whose rows are left out; `change`: what has to be different on the other side
 */
export async function copyTable(
  from: pg.Client,
  to: pg.Client,
  plan: ColumnPlan,
  { except = new Set(), change }: { except?: ReadonlySet<string>; change?: (row: MovedRow) => void } = {},
): Promise<TableCounts> {
  const { name, key, defaults } = plan.table;
  const keyType = plan.columns.find((column) => column.name === key)?.type as string;
  const picked = plan.columns.map(({ name: column }) => {
    const source = defaults?.[column] ?? pg.escapeIdentifier(column);
    return `(${source})::text as ${pg.escapeIdentifier(column)}`;
  });
  const counts: TableCounts = { table: name, read: 0, inserted: 0, updated: 0, unchanged: 0, newerThere: 0 };
  const skipped = except.size === 0 ? "" : "and t.user_id <> all($2::uuid[])";
  const users = except.size === 0 ? [] : [[...except]];
  let after: string | null = null;
  for (;;) {
    const page: pg.QueryResult<MovedRow> = await from.query(
      `select ${picked.join(", ")} from auth.${name} t where ($1::${keyType} is null or t.${key} > $1::${keyType}) ${skipped}
       order by t.${key} limit ${PAGE}`,
      [after, ...users],
    );
    if (change) for (const row of page.rows) change(row);
    if (page.rows.length > 0) await write(to, plan, page.rows, counts);
    if (page.rows.length < PAGE) return counts;
    after = page.rows.at(-1)?.[key] ?? null;
  }
}

async function write(
  to: pg.Client,
  { table, columns, changedAt }: ColumnPlan,
  rows: readonly MovedRow[],
  counts: TableCounts,
): Promise<void> {
  const quoted = columns.map(({ name }) => pg.escapeIdentifier(name));
  const source = `select ${columns.map(({ type }, i) => `c${i}::${type} as ${quoted[i]}`).join(", ")}
    from unnest(${columns.map((_, i) => `$${i + 1}::text[]`).join(", ")}) as given (${columns.map((_, i) => `c${i}`).join(", ")})`;
  const values = columns.map(({ name }) => rows.map((row) => row[name] ?? null));
  const others = quoted.filter((column) => column !== table.key);
  // json has no equality; its text is what is moved.
  const comparable = columns.filter(({ name }) => name !== table.key);
  const valueOf = (row: string) =>
    comparable
      .map(({ name, type }) => `${row}.${pg.escapeIdentifier(name)}${type === "json" ? "::text" : ""}`)
      .join(", ");
  const differs = `(${valueOf("t")}) is distinct from (${valueOf("s")})`;
  const older = changedAt ? `coalesce(t.${changedAt} > s.${changedAt}, false)` : "false";

  const { rows: found } = await to.query<{ there: string; newer: string; changed: string }>(
    `select count(*) as there, count(*) filter (where ${differs} and ${older}) as newer,
       count(*) filter (where ${differs} and not ${older}) as changed
     from auth.${table.name} t join (${source}) s using (${table.key})`,
    values,
  );
  await to.query(
    `update auth.${table.name} t set ${others.map((column) => `${column} = s.${column}`).join(", ")}
     from (${source}) s where t.${table.key} = s.${table.key} and ${differs} and not ${older}`,
    values,
  );
  await to.query(
    `insert into auth.${table.name} (${quoted.join(", ")}) ${source}
     on conflict (${table.key}) do nothing`,
    values,
  );
  const { there, newer, changed } = found[0] as { there: string; newer: string; changed: string };
  counts.read += rows.length;
  counts.inserted += rows.length - Number(there);
  counts.updated += Number(changed);
  counts.newerThere += Number(newer);
  counts.unchanged += Number(there) - Number(newer) - Number(changed);
}
