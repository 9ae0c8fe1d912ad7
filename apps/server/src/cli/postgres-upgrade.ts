import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { bundledMajor, platformPackage, readClusterMajor, startPostgres } from "@holdfast/postgres";
import type { Config } from "../config.ts";
import { backUpNow, findWork, restoreHere } from "../features/backups/index.ts";
import { systemClock } from "../platform/clock.ts";
import { createPool } from "../platform/database/pool.ts";
import { createLog } from "../platform/log.ts";
import { replaceFile } from "../platform/secret-files.ts";
import { clusterRecord } from "../process/cluster-record.ts";
import { takeDataFolder } from "../process/data-folder.ts";
import { knownSchema, migrateAll } from "../process/database.ts";
import { StartError } from "../process/failure.ts";
import { createServices, type Services } from "../services.ts";

type Print = (line: string) => void;

export interface UpgradeOptions {
  /** The folder of the npm package with the PostgreSQL that wrote the cluster. */
  binaries?: string;
}

/**
 * `holdfast postgres upgrade`: from the cluster of an older major version to the bundled one, through a backup of the whole server that is verified
 * and restored into the new cluster while the old one is still in its place. The old one is kept until somebody deletes it.
 */
export async function upgradePostgresCommand(config: Config, options: UpgradeOptions, print: Print): Promise<void> {
  if (config.databaseUrl) {
    throw new StartError("DATABASE_URL names a PostgreSQL of your own: upgrade it as its documentation says.");
  }
  const cluster = join(config.dataDir, "postgres");
  const major = await readClusterMajor(cluster);
  if (major === null) throw new StartError(`There is no database in ${cluster}.`);
  if (major === bundledMajor) return print(`The database is of PostgreSQL ${major} already: there is nothing to do.`);
  if (major > bundledMajor) {
    throw new StartError(
      `The database is of PostgreSQL ${major}, and this Holdfast has ${bundledMajor}: start a newer one.`,
    );
  }
  const aside = `${cluster}-${major}`;
  if (existsSync(aside)) throw new StartError(`${aside} is there already: move it away first.`);
  const folder = takeDataFolder(config.dataDir);
  try {
    const root = options.binaries ?? fetchPrograms(config.dataDir, major, print);
    const next = `${cluster}-next`;
    // Of an attempt that was cut short.
    await rm(next, { recursive: true, force: true });
    const systemIdentifier = await copyInto(next, config, { root, major }, print);
    await rename(cluster, aside);
    await rename(next, cluster);
    await replaceFile(clusterRecord(config.dataDir), systemIdentifier);
    print(`Done. Start Holdfast and look around. The old database is in ${aside}: delete it when all is well.`);
  } finally {
    folder.release();
  }
}

/** The programs of the old version come from npm, into the data folder. @returns the folder of the package */
function fetchPrograms(dataDir: string, major: number, print: Print): string {
  const name = platformPackage();
  const prefix = join(dataDir, `postgres-${major}-programs`);
  const root = join(prefix, "node_modules", name);
  if (existsSync(join(root, "native"))) return root;
  print(`Fetching the programs of PostgreSQL ${major} (npm package ${name}) …`);
  const npm = (...args: string[]) => spawnSync("npm", args, { encoding: "utf8", shell: process.platform === "win32" });
  const { stdout } = npm("view", name, "versions", "--json");
  const versions = (JSON.parse(stdout || "[]") as string[]).filter((version) => version.startsWith(`${major}.`));
  const newest = versions.at(-1);
  if (newest !== undefined) {
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
    if (npm("install", "--prefix", prefix, ...flags, `${name}@${newest}`).status === 0) return root;
  }
  throw new StartError(
    `The programs of PostgreSQL ${major} could not be fetched: install the npm package ${name}@${major} anywhere, and name its folder with --binaries.`,
  );
}

/** Backs up what the old cluster holds, and restores it into a new one. @returns the new cluster's system identifier */
async function copyInto(
  next: string,
  config: Config,
  from: { root: string; major: number },
  print: Print,
): Promise<string> {
  const log = createLog({ logLevel: "error" }, "cli");
  const old = await startPostgres({ dataDir: join(config.dataDir, "postgres"), log: () => {}, from });
  try {
    await migrateAll(old.url, config);
    const pool = createPool(old.url, { max: 8, name: "holdfast cli", onError: () => {} });
    const services = await createServices(config, { pool, databaseUrl: old.url, log, clock: systemClock });
    try {
      print(`Backing up the database of PostgreSQL ${from.major} …`);
      return await restoreBackup(next, config, services, await backUp(services, print), print);
    } finally {
      await services.close();
    }
  } finally {
    await old.stop();
  }
}

async function backUp({ backups, log }: Services, print: Print) {
  const here = { signal: new AbortController().signal, log };
  const id = await backUpNow(backups, { account: null, withVersions: false }, here);
  const backup = await findWork(backups, id as string);
  const { status, verified_at, snapshot_id, error } = backup;
  if (status !== "completed" || verified_at === null || snapshot_id === null) {
    throw new StartError(`Nothing was changed: the backup could not be made and verified. ${error ?? ""}`.trim());
  }
  print(`  ${snapshot_id.slice(0, 8)}: ${backup.files_done} files, ${backup.bytes_done} bytes, verified`);
  return { snapshotId: snapshot_id, targetId: backup.target_id };
}

async function restoreBackup(
  next: string,
  config: Config,
  { backups, store }: Services,
  { snapshotId, targetId }: { snapshotId: string; targetId: string },
  print: Print,
): Promise<string> {
  print(`Restoring it into a database of PostgreSQL ${bundledMajor} …`);
  const fresh = await startPostgres({ dataDir: next, log: () => {} });
  try {
    const { repository } = await backups.targets.open(targetId);
    // The segments are in the store already: what is there is checked, and not written again.
    const restored = await restoreHere({
      ...{ repository, snapshot: await repository.snapshot(snapshotId), databaseUrl: fresh.url, store },
      ...{ dataDir: config.dataDir, password: await backups.targets.password(), schema: knownSchema() },
      signIn: "embedded",
    });
    print(`  ${restored.rows} rows and ${restored.segments} segments, all checked`);
    return fresh.systemIdentifier;
  } finally {
    await fresh.stop();
  }
}
