import type pg from "pg";
import type { SignIn } from "../../backups.deps.ts";
import { quoted } from "../../snapshot/catalogue-tables.ts";
import type { Manifest } from "../../snapshot/manifest.ts";
import { accountValues, loadAccounts } from "./load-accounts.ts";
import { type CatalogueSource, loadTable } from "./load-table.ts";

export interface LoadedCatalogue {
  rows: number;
  /** What of a Supabase's schema `auth` has no place here, each with its rows: tables and columns. */
  leftOut: { what: string; rows: number }[];
}

/**
 * Fills the tables of an empty, migrated database with the rows of a snapshot, within the transaction that `client` is in. Constraints
 * between tables are taken off and put on again, so that PostgreSQL itself vouches for the whole at the end; triggers do not fire.
 * Of a Supabase project, schema `auth` keeps its constraints and triggers: accounts are added to it.
 * @throws Error where a table does not have as many rows as the manifest says; RestoreRefused where the project does not take the accounts
 */
export async function loadCatalogue(
  source: CatalogueSource,
  manifest: Manifest,
  { from, to }: { from: SignIn; to: SignIn },
): Promise<LoadedCatalogue> {
  const { client } = source;
  const loaded: LoadedCatalogue = { rows: 0, leftOut: [] };
  const ours = to === "supabase" ? ["holdfast"] : ["holdfast", "auth"];
  // First, while the mirror of accounts still writes tables that are emptied next.
  if (to === "supabase") await loadAccounts(source, manifest, loaded);
  const emptied = await emptyTables(client, ours);
  for (const { schema, name, rows: expected } of manifest.tables) {
    if (!ours.includes(schema)) continue;
    const table = `${quoted(schema)}.${quoted(name)}`;
    const foreign = schema === "auth" && from === "supabase";
    if (foreign && !emptied.tables.has(`${schema}.${name}`)) {
      if (expected > 0) loaded.leftOut.push({ what: `auth.${name}`, rows: expected });
      continue;
    }
    const { lost } = await loadTable(source, { schema, name, ...(foreign ? { values: accountValues(name) } : {}) });
    if (foreign) for (const [column, rows] of lost) loaded.leftOut.push({ what: `auth.${name}.${column}`, rows });
    const { rows: counted } = await client.query<{ number: string }>(`select count(*)::text as number from ${table}`);
    const number = Number(counted[0]?.number);
    if (number !== expected) throw new Error(`${table} has ${number} rows where the backup has ${expected}.`);
    await advanceSequences(client, schema, name);
    loaded.rows += number;
  }
  await emptied.finish();
  return loaded;
}

/** Empties every table of these schemas. `finish` puts triggers and constraints on again, which are off meanwhile. */
async function emptyTables(client: pg.ClientBase, schemas: readonly string[]) {
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
    `select format('%I.%I', n.nspname, t.relname) as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
     where c.contype = 'f' and c.conparentid = 0 and n.nspname = any($1::text[])`,
    [schemas],
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
  const { rows: all } = await client.query<{ table: string; name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as table, n.nspname || '.' || c.relname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1::text[]) and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migrations'`,
    [schemas],
  );
  await client.query(`truncate ${all.map(({ table }) => table).join(", ")}`);
  for (const { table } of all) await client.query(`alter table ${table} disable trigger user`);
  return {
    tables: new Set(all.map(({ name }) => name)),
    async finish() {
      for (const { table } of all) await client.query(`alter table ${table} enable trigger user`);
      for (const { table, name, definition } of keys) {
        await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
      }
      // What triggers would have written.
      await client.query("select holdfast.fill_file_words()");
    },
  };
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
