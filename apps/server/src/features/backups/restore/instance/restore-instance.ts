import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { listFolder, lookUp, type Repository, readFile, type Snapshot, type TreeNode } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import pg from "pg";
import { transactionOn } from "../../../../platform/database/database.ts";
import { migrate } from "../../../../platform/database/migrate/migrate.ts";
import { replaceFile } from "../../../../platform/secret-files.ts";
import { forgetFingerprints, secretsSetting } from "../../../../platform/shared-secrets.queries.ts";
import { adminLockKey } from "../../../auth/index.ts";
import type { KnownSchema, SignIn } from "../../backups.deps.ts";
import { type Manifest, manifestSchema } from "../../snapshot/manifest.ts";
import { keysLeftOut } from "../../snapshot/names.ts";
import * as backupStates from "../../states/backup-states.queries.ts";
import { failAbandonedRehearsals } from "../../states/rehearsal-states.queries.ts";
import * as restoreStates from "../../states/restore-states.queries.ts";
import { recordTime } from "./after-restore.queries.ts";
import { restoredSetting } from "./after-restore.ts";
import { type LoadedCatalogue, loadCatalogue } from "./load-catalogue.ts";
import { migrationsFor, prepareSchema, refuseNewer, signInOf } from "./prepare-schema.ts";
import { restoreBytes } from "./restore-bytes.ts";
import { RestoreRefused } from "./restore-refused.ts";

export interface InstanceRestore {
  repository: Repository;
  snapshot: Snapshot;
  /** Of a database without people; of a Supabase project, without their files. */
  databaseUrl: string;
  schema: KnownSchema;
  /** Who is going to sign people in, whoever did so where the snapshot was made. */
  signIn: SignIn;
  store: ObjectStore;
  /** Where the keys go; null: nowhere (a rehearsal). */
  dataDir: string | null;
  signal?: AbortSignal | undefined;
  onProgress?: ((segments: number, bytes: number, manifest: Manifest) => void) | undefined;
}

export interface RestoredInstance extends LoadedCatalogue {
  manifest: Manifest;
  segments: number;
  bytes: number;
}

/**
 * Restores a whole instance: rows, bytes and keys. The rows become visible in one transaction, after every byte they need is in the
 * store and has been checked against its hash; cut short, the database is as empty as before, and the next run goes on with the bytes.
 * A snapshot of an older Holdfast is loaded into the schema it was written with, and then migrated like any other database.
 * Accounts go into schema `auth` of the embedded service or of a Supabase project, from whichever of both they come.
 * @throws RestoreRefused, RepositoryError
 */
export async function restoreInstance(options: InstanceRestore): Promise<RestoredInstance> {
  const { repository, snapshot, databaseUrl, schema, signIn, store, dataDir, signal } = options;
  const manifest = await readManifest(repository, snapshot.tree);
  refuseNewer(manifest, schema);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "holdfast restore" });
  await client.connect();
  try {
    // Nobody becomes an admin meanwhile, on whatever node. The lock ends with the connection.
    await client.query("select pg_advisory_lock($1)", [adminLockKey]);
    await prepareSchema(client, { manifest, schema, signIn, databaseUrl });
    await client.query("begin");
    const source = { client, repository, tree: snapshot.tree };
    const loaded = await loadCatalogue(source, manifest, { from: signInOf(manifest, schema), to: signIn });
    const stored = await restoreBytes({
      ...{ client, repository, tree: snapshot.tree, store, signal },
      onProgress: (segments, bytes) => options.onProgress?.(segments, bytes, manifest),
      onRefused: (path, sentence) => loaded.leftOut.push({ what: `/${path} (${sentence})`, rows: 0 }),
    });
    if (stored.count !== manifest.segments.count || stored.bytes !== manifest.segments.bytes) {
      throw new Error(
        `${stored.count} pieces (${stored.bytes} bytes) came back where the backup has ${manifest.segments.count} (${manifest.segments.bytes} bytes).`,
      );
    }
    if (dataDir !== null) {
      for (const what of await restoreKeys(repository, snapshot.tree, dataDir)) loaded.leftOut.push({ what, rows: 0 });
      await settleWork(client, snapshot);
    }
    signal?.throwIfAborted();
    await client.query("commit");
    await migrate(databaseUrl, migrationsFor(signIn, schema));
    return { manifest, ...loaded, segments: stored.count, bytes: stored.bytes };
  } finally {
    // Without a commit, the transaction ends with the connection.
    await client.end();
  }
}

/** @throws RestoreRefused where the snapshot is none of an instance */
export async function readManifest(repository: Repository, tree: string): Promise<Manifest> {
  const node = await lookUp(repository, tree, "catalog/manifest.json").catch(() => null);
  if (node === null) {
    throw new RestoreRefused("This is the backup of one account. A server is restored from a server backup.");
  }
  const parsed = manifestSchema.safeParse(asJson(await readWhole(repository, node, LARGEST_MANIFEST)));
  if (!parsed.success)
    throw new RestoreRefused("This backup is of a form that this Holdfast does not know. Use a newer one.");
  return parsed.data;
}

/** Far more than a manifest of every table takes. */
const LARGEST_MANIFEST = 16 * 1024 * 1024;
const LARGEST_KEY = 64 * 1024;

/** @throws RestoreRefused for a file of more bytes */
async function readWhole(repository: Repository, node: TreeNode, atMost: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await readFile(repository, node, (chunk) => {
    size += chunk.length;
    if (size > atMost) throw new RestoreRefused(`"${node.name}" has more than ${atMost} bytes in this backup.`);
    chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks);
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

/**
 * The keys of links and tokens: with them, links and sign-ins of before work again. What a backup of ours does not hold there is left out,
 * and returned.
 */
async function restoreKeys(repository: Repository, tree: string, dataDir: string): Promise<string[]> {
  const folder = join(dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const leftOut: string[] = [];
  for (const node of await listFolder(repository, tree, "keys")) {
    const isKey = node.type === "file" && /^[a-z][a-z0-9-]*(\.json)?$/.test(node.name) && !keysLeftOut.has(node.name);
    if (!isKey) leftOut.push(`/keys/${node.name}`);
    else await replaceFile(join(folder, node.name), (await readWhole(repository, node, LARGEST_KEY)).toString().trim());
  }
  return leftOut;
}

const interrupted = "It was under way when the instance was backed up.";

/** Work that was under way at the instant of the backup has ended since; the backup itself has been completed. */
async function settleWork(client: pg.Client, snapshot: Snapshot): Promise<void> {
  const tx = transactionOn(client as unknown as pg.PoolClient);
  const backupId = snapshot.tags?.find((tag) => tag.startsWith("backup-"))?.slice("backup-".length) ?? null;
  await backupStates.completeRestored.count(tx, backupId, snapshot.id, snapshot.tree, snapshot.time);
  await backupStates.failAbandoned.count(tx, interrupted);
  await restoreStates.failAbandoned.count(tx, interrupted);
  await failAbandonedRehearsals.count(tx, interrupted);
  await recordTime.count(tx, restoredSetting);
  // The password that opened the backups becomes this installation's, whatever the lost one had.
  await forgetFingerprints.count(tx, secretsSetting);
}
