import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Account, handOver, launch } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { errorCode, PostgresError, saysDiskFull } from "./errors.ts";

/** The major version of the PostgreSQL that is bundled. */
export const bundledMajor = 18;
/** Lies in the cluster's folder, mode 0600: the password for connections over loopback TCP. */
const PASSWORD_FILE = "holdfast.password";
export const SUPERUSER = "postgres";

/**
 * Makes sure that `dataDir` holds a cluster that this PostgreSQL can open. A new one is built beside it and moved into
 * place whole, so that a power cut, or the signal, in the middle leaves nothing that looks like a cluster.
 */
export async function ensureCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account | null,
  { create, signal, major }: { create: boolean; signal: AbortSignal | undefined; major: number },
): Promise<void> {
  const building = `${dataDir}.new`;
  const version = await readClusterMajor(dataDir);
  if (version === null && !create) throw new PostgresError(`The database in ${dataDir} is gone.`);
  await rm(building, { recursive: true, force: true });
  if (version === null) await createCluster(dataDir, building, binaries, account, signal);
  else if (version !== major) {
    throw new PostgresError(
      version > major
        ? `The database in ${dataDir} was written by PostgreSQL ${version}, which is newer than the PostgreSQL ${major} of this Holdfast: start the newer Holdfast that wrote it.`
        : `The database in ${dataDir} was written by PostgreSQL ${version}, and this Holdfast has PostgreSQL ${major}: run "npm run holdfast -- postgres upgrade" first.`,
    );
  }
  await handOver(dataDir, account);
  await chmod(dataDir, 0o700);
}

/** The major version in PG_VERSION, or null when the folder is missing or empty. */
export async function readClusterMajor(dataDir: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(join(dataDir, "PG_VERSION"), "utf8"), 10);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  const entries = await readdir(dataDir).catch(() => []);
  if (entries.length === 0) return null;
  throw new PostgresError(`${dataDir} is neither empty nor a PostgreSQL data folder: move away what is in it.`);
}

async function createCluster(
  dataDir: string,
  building: string,
  binaries: Binaries,
  account: Account | null,
  signal?: AbortSignal,
): Promise<void> {
  const cluster = join(building, "cluster");
  const passwordFile = join(building, PASSWORD_FILE);
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  for (const path of account ? [building, cluster, passwordFile] : []) await chown(path, account!.uid, account!.gid);
  // The built-in provider sorts by code point and never changes with a library, so no index is ever silently wrong after
  // an upgrade. Queries that want a language's order name an ICU collation, all of which are there.
  const args = [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
  ];
  await initdb(binaries, account, args, signal);
  await rename(passwordFile, join(cluster, PASSWORD_FILE));
  await rename(cluster, dataDir);
  await rm(building, { recursive: true });
  await syncFolder(dirname(dataDir));
}

async function initdb(
  binaries: Binaries,
  account: Account | null,
  args: string[],
  signal?: AbortSignal,
): Promise<void> {
  const target = args[0]!.slice("--pgdata=".length);
  const { command, args: full, options } = launch(binaries.initdb, args, account, [binaries.initdb, target]);
  const child = spawn(command, full, {
    ...options,
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C", ...binaries.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const interrupt = () => child.kill("SIGINT");
  signal?.addEventListener("abort", interrupt);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => signal?.removeEventListener("abort", interrupt));
  signal?.throwIfAborted();
  if (code === 0) return;
  const reason = saysDiskFull(stderr) ? "the disk is full" : stderr.trim().replaceAll(/\s*\n\s*/g, " ");
  throw new PostgresError(`The database could not be created in ${target}: ${reason}.`);
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}

/** The password for TCP connections, as plain text. */
export async function readPassword(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, PASSWORD_FILE), "utf8")).trim();
}

/**
 * Who may connect. The socket lies in a folder that only the database's own user and root can enter, where whoever can
 * open it could read the data files as well, so it asks for no password; loopback TCP does.
 */
export async function writeAccessRules(
  dataDir: string,
  privateSocket: boolean,
  account: Account | null,
): Promise<void> {
  const local = privateSocket ? "trust" : "scram-sha-256";
  const path = join(dataDir, "pg_hba.conf");
  const rules = [
    "# Written by Holdfast where it differs at a start.",
    `local all all ${local}`,
    "host all all 127.0.0.1/32 scram-sha-256",
    "host all all ::1/128 scram-sha-256",
    "",
  ].join("\n");
  // Written again on a full disk, it would be left empty, and nobody could connect.
  if ((await readFile(path, "utf8").catch(() => "")) === rules) return;
  await writeFile(path, rules, { mode: 0o600 });
  if (account) await chown(path, account.uid, account.gid);
}
