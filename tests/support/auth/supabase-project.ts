import { randomBytes } from "node:crypto";
import pg from "pg";
import { identityMigrations } from "../../../packages/identity/src/migrations.ts";
import { createDatabase } from "../database.ts";

/** A database with the rights that a Supabase project has: schema `auth` belongs to the Auth service, and Holdfast's user is no superuser. */
export interface SupabaseProject {
  /** As Supabase's role `postgres`, which owns the database and may read and write schema `auth`, but change nothing of its form. */
  readonly url: string;
  /** As a superuser: for the Auth service, and for looking at it from outside. */
  readonly adminUrl: string;
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

const belongings = `
  select format('alter table auth.%I owner to ', relname) as sql from pg_class where relnamespace = 'auth'::regnamespace and relkind in ('r', 'p')
  union all select format('alter type auth.%I owner to ', typname) from pg_type where typnamespace = 'auth'::regnamespace and typtype = 'e'
  union all select format('alter routine %s owner to ', oid::regprocedure) from pg_proc where pronamespace = 'auth'::regnamespace`;

export async function createSupabaseProject(): Promise<SupabaseProject> {
  const database = await createDatabase();
  const adminUrl = database.url;
  const suffix = randomBytes(6).toString("hex");
  const [auth, postgres] = [`supabase_auth_admin_${suffix}`, `postgres_${suffix}`];
  async function query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    try {
      return (await client.query(sql, values.length > 0 ? values : undefined)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }
  for (const { sql } of identityMigrations) await query(sql);
  await query(`create role ${auth} nologin noinherit`);
  await query(`create role ${postgres} login nosuperuser createdb createrole bypassrls password '${suffix}'`);
  for (const { sql } of await query(belongings)) await query(`${sql as string}${auth}`);
  await query(`alter schema auth owner to ${auth};
    grant all on schema auth to ${postgres};
    grant all on all tables in schema auth to ${postgres};
    grant all on all sequences in schema auth to ${postgres};
    do $$ begin execute format('alter database %I owner to ${postgres}', current_database()); end $$`);
  const url = new URL(adminUrl);
  url.username = postgres;
  url.password = suffix;
  return {
    ...{ url: url.href, adminUrl, query },
    async drop() {
      await database.drop();
      const elsewhere = await createDatabase();
      const client = new pg.Client({ connectionString: elsewhere.url });
      await client.connect();
      await client.query(`drop role ${postgres}; drop role ${auth}`);
      await client.end();
      await elsewhere.drop();
    },
  };
}
