import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { listFolder, lookUp, type Repository, readFile, type Snapshot } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import pg from "pg";
import { type Migration, migrate } from "../../../platform/database/migrate.ts";
import { replaceFile } from "../../../platform/secret-files.ts";
import { adminLockKey } from "../../auth/index.ts";
import { type Manifest, manifestSchema } from "../snapshot/manifest.ts";
import { restoredSetting } from "./after-restore.ts";
import { loadCatalogue } from "./load-catalogue.ts";
import { restoreBytes } from "./restore-bytes.ts";

/** Cannot be restored here; the message says why and what to do. */
export class RestoreRefused extends Error {
  override name = "RestoreRefused";
  readonly code: "refused" | "no_room";

  constructor(message: string, code: "refused" | "no_room" = "refused") {
    super(message);
    this.code = code;
  }
}

export interface InstanceRestore {
  repository: Repository;
  snapshot: Snapshot;
  /** Of a database without people. */
  databaseUrl: string;
  /** All that this Holdfast knows. */
  migrations: readonly Migration[];
  store: ObjectStore;
  /** Where the keys go; null: nowhere (a rehearsal). */
  dataDir: string | null;
  signal?: AbortSignal | undefined;
  onProgress?: ((segments: number, bytes: number, manifest: Manifest) => void) | undefined;
}

export interface RestoredInstance {
  manifest: Manifest;
  rows: number;
  segments: number;
  bytes: number;
}

/**
 * Restores a whole instance: rows, bytes and keys. The rows become visible in one transaction, after every byte they need is in the
 * store and has been checked against its hash; cut short, the database is as empty as before, and the next run goes on with the bytes.
 * A snapshot of an older Holdfast is loaded into the schema it was written with, and then migrated like any other database.
 * @throws RestoreRefused, RepositoryError
 */
export async function restoreInstance(options: InstanceRestore): Promise<RestoredInstance> {
  const { repository, snapshot, databaseUrl, migrations, store, dataDir, signal } = options;
  const manifest = await readManifest(repository, snapshot.tree);
  refuseNewer(manifest, migrations);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "holdfast restore" });
  await client.connect();
  try {
    // Nobody becomes an admin meanwhile, on whatever node. The lock ends with the connection.
    await client.query("select pg_advisory_lock($1)", [adminLockKey]);
    await prepareSchema(client, manifest, migrations, databaseUrl);
    await client.query("begin");
    const { rows } = await loadCatalogue(client, repository, snapshot.tree, manifest);
    const stored = await restoreBytes({
      ...{ client, repository, tree: snapshot.tree, store, signal },
      onProgress: (segments, bytes) => options.onProgress?.(segments, bytes, manifest),
    });
    if (stored.count !== manifest.segments.count || stored.bytes !== manifest.segments.bytes) {
      throw new Error(
        `${stored.count} pieces (${stored.bytes} bytes) came back where the backup has ${manifest.segments.count} (${manifest.segments.bytes} bytes).`,
      );
    }
    if (dataDir !== null) {
      await restoreKeys(repository, snapshot.tree, dataDir);
      await settleWork(client, snapshot);
    }
    signal?.throwIfAborted();
    await client.query("commit");
    await migrate(databaseUrl, migrations);
    return { manifest, rows, segments: stored.count, bytes: stored.bytes };
  } finally {
    // Without a commit, the transaction ends with the connection.
    await client.end();
  }
}

/** @throws RestoreRefused where the snapshot is none of an instance */
export async function readManifest(repository: Repository, tree: string): Promise<Manifest> {
  const node = await lookUp(repository, tree, "catalog/manifest.json").catch(() => null);
  if (node === null) {
    throw new RestoreRefused("This is the backup of one account. An instance is restored from an instance backup.");
  }
  const parsed = manifestSchema.safeParse(JSON.parse((await readWhole(repository, node)).toString()));
  if (!parsed.success)
    throw new RestoreRefused("This backup is of a form that this Holdfast does not know. Use a newer one.");
  return parsed.data;
}

async function readWhole(repository: Repository, node: Parameters<typeof readFile>[1]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await readFile(repository, node, (chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks);
}

/** @throws RestoreRefused where a newer Holdfast wrote it */
export function refuseNewer(manifest: Manifest, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ version }) => version));
  const unknown = manifest.migrations.find((version) => !known.has(version));
  if (unknown === undefined) return;
  throw new RestoreRefused(
    `This backup was made by Holdfast ${manifest.version}, which is newer than this one (migration ${unknown} is not known here). Restore it with that version or a later one.`,
  );
}

/** The very schema that the snapshot was written with, empty. */
async function prepareSchema(
  client: pg.Client,
  manifest: Manifest,
  migrations: readonly Migration[],
  databaseUrl: string,
): Promise<void> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('holdfast.users') is not null as there",
  );
  if (found[0]?.there) {
    const { rows } = await client.query<{ people: number }>("select count(*)::int as people from holdfast.users");
    if (Number(rows[0]?.people) > 0) {
      throw new RestoreRefused(
        `There are ${rows[0]?.people} accounts here already. An instance is restored on an empty installation: give another data folder (HOLDFAST_DATA) or another database.`,
      );
    }
    // Nobody is in it: what was made at a first start may be of another version than the backup.
    await client.query(
      "drop schema if exists holdfast cascade; drop schema if exists pgboss cascade; drop schema if exists auth cascade",
    );
    await client.query("delete from supabase_migrations.schema_migrations where version = any($1::text[])", [
      migrations.map(({ version }) => version),
    ]);
  }
  const written = new Set(manifest.migrations);
  await migrate(
    databaseUrl,
    migrations.filter(({ version }) => written.has(version)),
  );
}

/** The keys of links and tokens: with them, links and sign-ins of before work again. */
async function restoreKeys(repository: Repository, tree: string, dataDir: string): Promise<void> {
  const folder = join(dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const node of await listFolder(repository, tree, "keys")) {
    if (node.type !== "file") continue;
    await replaceFile(join(folder, node.name), (await readWhole(repository, node)).toString().trim());
  }
}

/** Work that was under way at the instant of the backup has ended since; the backup itself has been completed. */
async function settleWork(client: pg.ClientBase, snapshot: Snapshot): Promise<void> {
  const backupId = snapshot.tags?.find((tag) => tag.startsWith("backup-"))?.slice("backup-".length) ?? null;
  await client.query(
    `update holdfast.backups set status = 'completed', phase = null, snapshot_id = $2, tree_id = $3, root_path = '', backup_date = $4,
       finished_at = now(), verified_at = now(), error = null where id::text = $1`,
    [backupId, snapshot.id, snapshot.tree, snapshot.time],
  );
  for (const table of ["backups", "restores"]) {
    await client.query(
      `update holdfast.${table} set status = 'failed', finished_at = now(), error = 'It was under way when the instance was backed up.'
       where status in ('queued', 'running')`,
    );
  }
  await client.query(
    `insert into holdfast.settings (key, value) values ($1, to_jsonb(now()))
     on conflict (key) do update set value = excluded.value, updated_at = now()`,
    [restoredSetting],
  );
  await client.query(
    `update holdfast.rehearsals set status = 'failed', finished_at = now(), error = 'It was under way when the instance was backed up.'
     where status = 'running'`,
  );
}
