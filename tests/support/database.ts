import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { migrate, readMigrations } from "../../apps/server/src/platform/database/migrate/migrate.ts";
import { identityMigrations } from "../../packages/identity/src/migrations.ts";

/** The name of a database that is cloned and never connected to. */
export type Template = string & { readonly template: unique symbol };

export interface TestDatabase {
  readonly url: string;
  /** Ends every session and removes the database. */
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file: empty, or a copy of `template`. Takes some 30 ms.
 *
 * ```ts
 * let database: TestDatabase;
 * beforeAll(async () => { database = await createDatabase(); });
 * afterAll(() => database.drop());
 * ```
 */
export async function createDatabase(template?: Template): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asAdmin((client) => client.query(`create database ${name} template ${template ?? "template0"}`));
  return {
    url: urlOf(name),
    drop: () =>
      asAdmin(async (client) => {
        await untilLeft(client, name);
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/**
 * Makes a template once a run: whoever comes first builds it, the others wait. `build` gets the URL of an empty
 * database and must close its connections. `name` stands for what `build` does, in letters, digits and underscores.
 */
export async function createTemplate(name: string, build: (url: string) => Promise<void>): Promise<Template> {
  const database = `template_${name}`;
  await asAdmin(async (client) => {
    await client.query("select pg_advisory_lock(hashtext($1))", [database]);
    const found = await client.query("select from pg_database where datname = $1 and datistemplate", [database]);
    if (found.rowCount === 1) return;
    await client.query(`drop database if exists ${database}`);
    await client.query(`create database ${database} template template0`);
    await build(urlOf(database));
    await client.query(`alter database ${database} is_template true`);
  });
  return database as Template;
}

/** A database with everything that Holdfast has in it after its first start: the `auth` schema and ours, no rows. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const all = [...identityMigrations, ...readMigrations(join(import.meta.dirname, "../../supabase/migrations"))];
  const digest = createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16);
  return createDatabase(
    await createTemplate(`holdfast_${digest}`, async (url) => {
      await migrate(url, all);
    }),
  );
}

/** A connection that is just closing would take being thrown out for an error of its own. Who is still there after half a second is thrown out. */
async function untilLeft(client: pg.Client, database: string): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const { rowCount } = await client.query("select from pg_stat_activity where datname = $1 limit 1", [database]);
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function urlOf(database: string): string {
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: inject("databaseUrl") });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
