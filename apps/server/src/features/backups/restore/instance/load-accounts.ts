import { sqlState } from "../../../../platform/database/database.ts";
import { authTablesLeftBehind, movedTables } from "../../../auth/index.ts";
import type { Manifest } from "../../snapshot/manifest.ts";
import type { LoadedCatalogue } from "./load-catalogue.ts";
import { type CatalogueSource, type LoadedTable, loadTable } from "./load-table.ts";
import { RestoreRefused } from "./restore-refused.ts";

/** What the Auth service of a Supabase cannot do without, put in where a row lacks it. */
export function accountValues(table: string): Readonly<Record<string, string>> | undefined {
  return movedTables.find(({ name }) => name === table)?.defaults;
}

/** Accounts that this restore has added. What belongs to others in the project stays as the project has it. */
const added = "pg_temp.holdfast_added_accounts";

/**
 * Adds the accounts of a snapshot to schema `auth` of a Supabase project: people, password hashes, identities, second factors, open codes
 * and the service's audit, as rows with their ids. An account that the project has already, by its id, stays with everything it has there.
 * Sessions are left out: the project signs with other keys. Within the transaction that the client is in.
 * @throws RestoreRefused where an address belongs to another account there, or the database's user may not write
 */
export async function loadAccounts(
  source: CatalogueSource,
  manifest: Manifest,
  loaded: LoadedCatalogue,
): Promise<void> {
  const { client } = source;
  await client.query("create temporary table holdfast_added_accounts (id uuid primary key) on commit drop");
  const { rows: present } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'auth'::regnamespace and relkind in ('r', 'p')",
  );
  const here = new Set(present.map(({ name }) => name));
  const there = new Map(
    manifest.tables.filter(({ schema }) => schema === "auth").map(({ name, rows }) => [name, rows]),
  );
  for (const { name } of movedTables.filter(({ sessions }) => !sessions)) {
    const expected = there.get(name);
    if (expected === undefined || !here.has(name)) continue;
    const { read, lost } = await loadTable(source, tableOf(name)).catch((error: unknown) => {
      throw explained(error, name);
    });
    if (read !== expected) throw new Error(`auth.${name} has ${read} rows in a backup that says ${expected}.`);
    for (const [column, rows] of lost) loaded.leftOut.push({ what: `auth.${name}.${column}`, rows });
    loaded.rows += read;
  }
  for (const [name, rows] of there) {
    const moved = movedTables.find((table) => table.name === name);
    if (rows === 0 || moved?.sessions || authTablesLeftBehind.has(name) || (moved && here.has(name))) continue;
    loaded.leftOut.push({ what: `auth.${name}`, rows });
  }
}

function tableOf(name: string): LoadedTable {
  const table = { schema: "auth", name, values: accountValues(name) };
  if (name === "users") {
    return {
      ...table,
      insert: ({ table: into, list, rows }) =>
        `with given as (insert into ${into} (${list}) ${rows} on conflict (id) do nothing returning id)
         insert into ${added} select id from given`,
    };
  }
  const theirs = name === "audit_log_entries" ? "" : ` where r.user_id in (select id from ${added})`;
  return {
    ...table,
    insert: ({ table: into, list, rows }) =>
      `insert into ${into} (${list}) select ${list} from (${rows}) r${theirs} on conflict (id) do nothing`,
  };
}

function explained(error: unknown, table: string): unknown {
  const { detail = "", message } = error as Error & { detail?: string };
  switch (sqlState(error)) {
    case "23505":
      return new RestoreRefused(
        `An account of the backup and another account of this Supabase project want the same: ${detail || message} Delete that account in the project, or restore into another project. Nothing was changed.`,
        "refused",
        { cause: error },
      );
    case "42501":
      return new RestoreRefused(
        `The database's user may not write auth.${table} (${message}). Give DATABASE_URL the project's user "postgres".`,
        "refused",
        { cause: error },
      );
    default:
      return error;
  }
}
