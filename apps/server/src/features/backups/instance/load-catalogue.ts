import { lookUp, type Repository, readFile, type TreeNode } from "@holdfast/repository";
import type pg from "pg";
import { quoted } from "../snapshot/catalogue-tables.ts";
import type { Manifest } from "../snapshot/manifest.ts";

/** Bytes of JSON that go to the database in one statement. */
const BATCH_BYTES = 2 * 1024 * 1024;

/**
 * Fills the tables of an empty, migrated database with the rows of a snapshot, within the transaction that `client` is in. Constraints
 * between tables are taken off and put on again, so that PostgreSQL itself vouches for the whole at the end; triggers do not fire.
 * @throws Error where a table does not have as many rows as the manifest says
 */
export async function loadCatalogue(
  client: pg.ClientBase,
  repository: Repository,
  tree: string,
  manifest: Manifest,
): Promise<{ rows: number }> {
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
    `select format('%I.%I', n.nspname, t.relname) as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
     where c.contype = 'f' and c.conparentid = 0 and n.nspname in ('holdfast', 'auth')`,
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
  const { rows: all } = await client.query<{ table: string }>(
    `select format('%I.%I', n.nspname, c.relname) as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('holdfast', 'auth') and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migrations'`,
  );
  await client.query(`truncate ${all.map(({ table }) => table).join(", ")}`);
  for (const { table } of all) await client.query(`alter table ${table} disable trigger user`);

  let rows = 0;
  for (const { schema, name, rows: expected } of manifest.tables) {
    const node = await lookUp(repository, tree, `catalog/${schema}.${name}.ndjson`);
    await loadTable(client, repository, node, schema, name);
    const table = `${quoted(schema)}.${quoted(name)}`;
    const { rows: counted } = await client.query<{ number: string }>(`select count(*)::text as number from ${table}`);
    const number = Number(counted[0]?.number);
    if (number !== expected) throw new Error(`${table} has ${number} rows where the backup has ${expected}.`);
    await advanceSequences(client, schema, name);
    rows += number;
  }

  for (const { table } of all) await client.query(`alter table ${table} enable trigger user`);
  for (const { table, name, definition } of keys) {
    await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
  }
  return { rows };
}

async function loadTable(
  client: pg.ClientBase,
  repository: Repository,
  node: TreeNode,
  schema: string,
  name: string,
): Promise<void> {
  let columns: Column[] | null = null;
  let lines: string[] = [];
  let size = 0;
  const table = `${quoted(schema)}.${quoted(name)}`;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    columns ??= await columnsOf(client, schema, name, Object.keys(JSON.parse(lines[0] as string) as object));
    const list = columns.map(({ name }) => quoted(name)).join(", ");
    const values = columns.map(valueOf).join(", ");
    await client.query(
      `insert into ${table} (${list}) overriding system value select ${values} from json_populate_recordset(null::${table}, $1::json)`,
      [`[${lines.join(",")}]`],
    );
    lines = [];
    size = 0;
  };
  for await (const line of linesOf(repository, node)) {
    lines.push(line);
    size += line.length;
    if (size >= BATCH_BYTES) await flush();
  }
  await flush();
}

interface Column {
  name: string;
  type: string;
  required: boolean;
}

/** JSON knows one null where PostgreSQL knows two. Where a column cannot be NULL, it was JSON's own. */
function valueOf({ name, type, required }: Column): string {
  return required && (type === "jsonb" || type === "json") ? `coalesce(${quoted(name)}, 'null')` : quoted(name);
}

/** What of the row's fields can be written: a column that PostgreSQL computes is computed anew, one that is no more is left out. */
async function columnsOf(client: pg.ClientBase, schema: string, name: string, fields: string[]): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select a.attname as name, a.atttypid::regtype::text as type, a.attnotnull as required from pg_attribute a where a.attrelid = format('%I.%I', $1::text, $2::text)::regclass
     and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname = any($3::text[]) order by a.attnum`,
    [schema, name, fields],
  );
  return rows;
}

async function advanceSequences(client: pg.ClientBase, schema: string, name: string): Promise<void> {
  const { rows } = await client.query<{ column: string; sequence: string }>(
    `select a.attname as column, pg_get_serial_sequence(format('%I.%I', $1::text, $2::text), a.attname) as sequence
     from pg_attribute a where a.attrelid = format('%I.%I', $1::text, $2::text)::regclass and a.attnum > 0 and not a.attisdropped
       and pg_get_serial_sequence(format('%I.%I', $1::text, $2::text), a.attname) is not null`,
    [schema, name],
  );
  for (const { column, sequence } of rows) {
    const table = `${quoted(schema)}.${quoted(name)}`;
    await client.query(
      `select setval($1::regclass, coalesce((select max(${quoted(column)}) from ${table}), 0) + 1, false)`,
      [sequence],
    );
  }
}

/** A file of the snapshot, line by line. The reader waits while a line is being worked on. */
async function* linesOf(repository: Repository, node: TreeNode): AsyncGenerator<string> {
  for await (const chunk of chunksOf(repository, node)) yield* chunk;
}

async function* chunksOf(repository: Repository, node: TreeNode): AsyncGenerator<string[]> {
  const waiting: string[][] = [];
  let resume: (() => void) | null = null;
  let wake: (() => void) | null = null;
  let rest = "";
  const decoder = new TextDecoder();
  let ended = false;
  const reading = readFile(repository, node, async (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() as string;
    waiting.push(lines);
    wake?.();
    await new Promise<void>((resolve) => {
      resume = resolve;
    });
  }).finally(() => {
    ended = true;
    wake?.();
  });
  reading.catch(() => {});
  for (;;) {
    const lines = waiting.shift();
    if (lines) {
      yield lines;
      (resume as (() => void) | null)?.();
    } else if (ended) {
      break;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  await reading;
  if (rest !== "") yield [rest];
}
