import type pg from "pg";
import { type Migration, migrate } from "../../../../platform/database/migrate/migrate.ts";
import type { KnownSchema, SignIn } from "../../backups.deps.ts";
import type { Manifest } from "../../snapshot/manifest.ts";
import { RestoreRefused } from "./restore-refused.ts";

/** What is prepared: the schema of `manifest` for an installation where `signIn` signs people in. */
export interface Preparation {
  manifest: Manifest;
  schema: KnownSchema;
  signIn: SignIn;
  databaseUrl: string;
}

/** Who signed people in where the snapshot was made. */
export function signInOf(manifest: Manifest, schema: KnownSchema): SignIn {
  if (manifest.signIn) return manifest.signIn;
  const written = new Set(manifest.migrations);
  return schema.auth.some(({ version }) => written.has(version)) ? "embedded" : "supabase";
}

/** Every migration of an installation of this kind, in order. */
export function migrationsFor(signIn: SignIn, schema: KnownSchema): readonly Migration[] {
  return signIn === "supabase" ? schema.holdfast : [...schema.auth, ...schema.holdfast];
}

/** @throws RestoreRefused where a newer Holdfast wrote it */
export function refuseNewer(manifest: Manifest, schema: KnownSchema): void {
  const known = new Set([...schema.auth, ...schema.holdfast].map(({ version }) => version));
  const unknown = manifest.migrations.find((version) => !known.has(version));
  if (unknown === undefined) return;
  throw new RestoreRefused(
    `This backup was made by Holdfast ${manifest.version}, which is newer than this one (migration ${unknown} is not known here). Restore it with that version or a later one.`,
  );
}

/**
 * Accounts that a restore would overwrite. A Supabase project may have accounts before Holdfast has anything of theirs; there only those
 * count that have files.
 */
export function occupantsQuery(signIn: SignIn): string {
  const people = "select count(*)::int as people from holdfast.users u";
  if (signIn === "embedded") return people;
  return `${people} where exists (select from holdfast.files f where f.parent_id = u.id)`;
}

export function occupied(people: number): string {
  return `There are ${people} accounts here already. An instance is restored on an empty installation`;
}

/** The very schema that the snapshot was written with, empty. Schema `auth` of a Supabase project is left as it is. @throws RestoreRefused */
export async function prepareSchema(client: pg.Client, preparation: Preparation): Promise<void> {
  const { manifest, schema, signIn, databaseUrl } = preparation;
  const { rows: found } = await client.query<{ holdfast: boolean; auth: boolean }>(
    "select to_regclass('holdfast.users') is not null as holdfast, to_regclass('auth.users') is not null as auth",
  );
  if (signIn === "supabase" && !found[0]?.auth) {
    throw new RestoreRefused(
      "The database of DATABASE_URL has no table auth.users: it is not that of a Supabase project whose Auth service has been started.",
    );
  }
  if (found[0]?.holdfast) {
    const { rows } = await client.query<{ people: number }>(occupantsQuery(signIn));
    if (Number(rows[0]?.people) > 0) {
      throw new RestoreRefused(
        `${occupied(Number(rows[0]?.people))}: give another data folder (HOLDFAST_DATA) or another database.`,
      );
    }
    // Nobody is in it: what was made at a first start may be of another version than the backup.
    await client.query("drop schema if exists holdfast cascade; drop schema if exists pgboss cascade");
    if (signIn === "embedded") await client.query("drop schema if exists auth cascade");
    await forget(client, migrationsFor(signIn, schema));
  } else {
    // Somebody may have dropped the schema by hand, to restore into a project that outlived the server.
    await forget(client, schema.holdfast);
  }
  const written = new Set(manifest.migrations);
  const holdfast = schema.holdfast.filter(({ version }) => written.has(version));
  const fromSupabase = signInOf(manifest, schema) === "supabase";
  const auth = fromSupabase ? schema.auth : schema.auth.filter(({ version }) => written.has(version));
  await migrate(databaseUrl, signIn === "supabase" ? holdfast : [...auth, ...holdfast]);
}

/** Migrations whose schema is gone are no longer applied. */
async function forget(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as there",
  );
  if (!rows[0]?.there) return;
  await client.query("delete from supabase_migrations.schema_migrations where version = any($1::text[])", [
    migrations.map(({ version }) => version),
  ]);
}
