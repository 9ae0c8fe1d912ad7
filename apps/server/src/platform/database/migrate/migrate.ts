import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { missingRight } from "../missing-right.ts";

export interface Migration {
  /** 14 digits, the order of application. */
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

/** The database cannot be used by this Holdfast; `message` is one sentence that says why. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/** Serialises everybody who migrates a database; any fixed number serves. */
const LOCK = 4_851_604_873;
/**
 * A migration that waits for a lock keeps everybody waiting who comes after it. It gives up after a moment, lets them pass, and begins again.
 */
const LOCK_TIMEOUT_MS = 2_000;
const PATIENCE_MS = 120_000;
const PAUSES_MS = [200, 500, 1_000, 2_000] as const;
const LOCK_NOT_AVAILABLE = "55P03";
const OLDEST_SERVER = 15;
const NEWEST_SERVER = 18;

/** The files `<14 digits>_<name>.sql` of a folder, in order. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{14}_\w+\.sql$/.test(file))
    .sort()
    .map((file) => ({
      version: file.slice(0, 14),
      name: file.slice(15, -".sql".length),
      sql: readFileSync(join(folder, file), "utf8"),
    }));
}

export interface MigrateOptions {
  /** For how long a migration may hold others up while it waits for a lock itself, in milliseconds. */
  readonly lockTimeoutMs?: number;
  /** After this time without the locks it gives up. */
  readonly patienceMs?: number;
}

/**
 * Brings a database up to date: applies what `supabase_migrations.schema_migrations` does not record yet, each file in
 * one transaction with its record. The table is the Supabase CLI's own (`supabase db push` and this agree on what has
 * been applied). Whoever comes second waits for the first and finds the work done.
 *
 * @returns the versions that were applied now
 * @throws MigrationError
 */
export async function migrate(
  url: string,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: "holdfast migrate" });
  await client.connect();
  try {
    await checkServer(client);
    // Where this process is killed, its transaction and its lock end with it, not when the statement would have. Not every platform can.
    await client.query("set client_connection_check_interval = '1s'").catch(() => {});
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    const done = await readHistory(client);
    refuseNewer(done, migrations);
    const applied: string[] = [];
    for (const migration of migrations) {
      if (done.has(migration.version)) continue;
      await applyInTurn(client, migration, options);
      applied.push(migration.version);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string }>("select current_setting('server_version_num') as number");
  const major = Math.floor(Number(rows[0]?.number) / 10_000);
  if (major >= OLDEST_SERVER && major <= NEWEST_SERVER) return;
  throw new MigrationError(
    `The database runs PostgreSQL ${major}, and Holdfast needs one of the versions ${OLDEST_SERVER} to ${NEWEST_SERVER}.`,
  );
}

/** Of the versions that have been applied: their names. The table may be shared with other programs of a Supabase project. */
async function readHistory(client: pg.Client): Promise<Map<string, string>> {
  const found = await client.query<{ there: boolean }>(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as there",
  );
  if (!found.rows[0]?.there) {
    await client.query("create schema if not exists supabase_migrations");
    await client.query(
      "create table if not exists supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text)",
    );
  }
  const { rows } = await client.query<{ version: string; name: string | null }>(
    "select version, name from supabase_migrations.schema_migrations",
  );
  return new Map(rows.map(({ version, name }) => [version, name ?? ""]));
}

/** What the names of all later files of ours begin with: whatever else is unknown here is somebody else's business. */
export const ownName = "holdfast_";

/** A later file of ours that is unknown here means that a newer Holdfast has been here. */
function refuseNewer(done: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const newestKnown = migrations.reduce((newest, { version }) => (version > newest ? version : newest), "");
  const ours = [...done].filter(([version, name]) => version > newestKnown && name.startsWith(ownName));
  const newer = ours.map(([version]) => version).sort();
  if (newer.length === 0) return;
  throw new MigrationError(
    `The database was last used by a newer Holdfast (it has migration ${newer.at(-1)}, and this Holdfast knows them up to ${newestKnown}): start that version or a later one.`,
  );
}

/** Tries until the locks are free: requests of a Holdfast that runs beside it pass in between. */
async function applyInTurn(
  client: pg.Client,
  migration: Migration,
  { lockTimeoutMs = LOCK_TIMEOUT_MS, patienceMs = PATIENCE_MS }: MigrateOptions,
): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await apply(client, migration, lockTimeoutMs);
    } catch (error) {
      const cause = (error as MigrationError).cause as { code?: string } | undefined;
      if (cause?.code !== LOCK_NOT_AVAILABLE) throw error;
      if (performance.now() > end) throw tooBusy(migration, error);
    }
    await sleep(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
  }
}

function tooBusy({ version, name }: Migration, cause: unknown): MigrationError {
  return new MigrationError(
    `The database could not be brought up to date (migration ${version}_${name}): another program has kept a table locked the whole time. Nothing was changed. End long transactions (npm run holdfast -- doctor names them) and start again.`,
    { cause },
  );
}

async function apply(client: pg.Client, { version, name, sql }: Migration, lockTimeoutMs: number): Promise<void> {
  await client.query("begin");
  try {
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
    await client.query(sql);
    await client.query(
      "insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)",
      [version, [sql], name],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = missingRight(error, client);
    throw new MigrationError(
      `The database could not be brought up to date (migration ${version}_${name}): ${reason}.${remedy ? ` ${remedy}` : ""}`,
      { cause: error },
    );
  }
}
