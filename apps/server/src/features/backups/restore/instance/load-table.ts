import { lookUp, type Repository } from "@holdfast/repository";
import type pg from "pg";
import { quoted } from "../../snapshot/catalogue-tables.ts";
import { linesOf } from "./read-lines.ts";

/** Bytes of JSON that go to the database in one statement. */
const BATCH_BYTES = 2 * 1024 * 1024;

/** Where the rows come from. */
export interface CatalogueSource {
  client: pg.ClientBase;
  repository: Repository;
  tree: string;
}

export interface LoadedTable {
  schema: string;
  name: string;
  /** SQL over the fields of a row, in place of the column's own value. */
  values?: Readonly<Record<string, string>> | undefined;
  /** How rows are stored; without it, all of them are inserted. `rows`: a query of rows with the columns of `list`. */
  insert?: ((into: { table: string; list: string; rows: string }) => string) | undefined;
}

/** A column of the snapshot that the table does not have: how many rows had a value in it. */
export type LostColumns = Map<string, number>;

interface Column {
  name: string;
  type: string;
  required: boolean;
}

/** Fills a table from its file of the snapshot. @returns how many rows were read, and what found no column */
export async function loadTable(
  { client, repository, tree }: CatalogueSource,
  { schema, name, values = {}, insert = insertAll }: LoadedTable,
): Promise<{ read: number; lost: LostColumns }> {
  const node = await lookUp(repository, tree, `catalog/${schema}.${name}.ndjson`);
  const table = `${quoted(schema)}.${quoted(name)}`;
  const lost: LostColumns = new Map();
  let read = 0;
  let columns: Column[] | null = null;
  let missing: string[] = [];
  let lines: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    if (columns === null) {
      const fields = Object.keys(JSON.parse(lines[0] as string) as object);
      columns = await columnsOf(client, schema, name, fields);
      missing = await missingColumns(client, schema, name, fields);
    }
    const json = `[${lines.join(",")}]`;
    const list = columns.map(({ name: column }) => quoted(column)).join(", ");
    const picked = columns.map((column) => `${values[column.name] ?? valueOf(column)} as ${quoted(column.name)}`);
    const rows = `select ${picked.join(", ")} from json_populate_recordset(null::${table}, $1::json)`;
    await client.query(insert({ table, list, rows }), [json]);
    if (missing.length > 0) await countLost(client, json, missing, lost);
    read += lines.length;
    lines = [];
    size = 0;
  };
  for await (const line of linesOf(repository, node)) {
    lines.push(line);
    size += line.length;
    if (size >= BATCH_BYTES) await flush();
  }
  await flush();
  return { read, lost };
}

function insertAll({ table, list, rows }: { table: string; list: string; rows: string }): string {
  return `insert into ${table} (${list}) overriding system value ${rows}`;
}

/** JSON knows one null where PostgreSQL knows two. Where a column cannot be NULL, it was JSON's own. */
function valueOf({ name, type, required }: Column): string {
  return required && (type === "jsonb" || type === "json") ? `coalesce(${quoted(name)}, 'null')` : quoted(name);
}

/** What of the row's fields can be written: a column that PostgreSQL computes is computed again, one that is no more is left out. */
async function columnsOf(client: pg.ClientBase, schema: string, name: string, fields: string[]): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select a.attname as name, a.atttypid::regtype::text as type, a.attnotnull as required from pg_attribute a where a.attrelid = format('%I.%I', $1::text, $2::text)::regclass
     and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname = any($3::text[]) order by a.attnum`,
    [schema, name, fields],
  );
  return rows;
}

async function missingColumns(
  client: pg.ClientBase,
  schema: string,
  name: string,
  fields: string[],
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select field as name from unnest($3::text[]) field where not exists (
       select from pg_attribute a where a.attrelid = format('%I.%I', $1::text, $2::text)::regclass and a.attname = field and not a.attisdropped)`,
    [schema, name, fields],
  );
  return rows.map((row) => row.name);
}

async function countLost(client: pg.ClientBase, json: string, missing: string[], lost: LostColumns): Promise<void> {
  const { rows } = await client.query<{ name: string; number: number }>(
    `select v.key as name, count(*)::int as number from json_array_elements($1::json) r, json_each_text(r) v
     where v.key = any($2::text[]) and v.value is not null group by 1`,
    [json, missing],
  );
  for (const { name, number } of rows) lost.set(name, (lost.get(name) ?? 0) + number);
}
