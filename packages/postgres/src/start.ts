import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, realpathSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Account, chooseAccount, launch } from "./account.ts";
import { type Binaries, prepareBinaries } from "./binaries.ts";
import { bundledMajor, ensureCluster, readPassword, SUPERUSER, writeAccessRules } from "./cluster.ts";
import { PostgresError, saysDiskFull } from "./errors.ts";
import { readPidFile, stopOrphan } from "./orphan.ts";
import { settingsFor } from "./settings.ts";
import { readSystemIdentifier } from "./system-identifier.ts";

export interface StartOptions {
  /** The cluster's folder; created when missing. The caller must make sure that only one start uses it at a time. */
  readonly dataDir: string;
  /** Where the unix socket goes; the cluster's own folder unless told. */
  readonly socketDir?: string;
  /** With it PostgreSQL listens on loopback TCP, also where a unix socket would do. */
  readonly port?: number;
  /** Takes PostgreSQL's own log, a line at a time, without line ends. */
  readonly log: (line: string) => void;
  /** Server settings over the defaults of `settings.ts`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The cluster that has to be there already, by its system identifier. Nothing is made, and another cluster is not started. */
  readonly existing?: string | undefined;
  /** Another PostgreSQL than the bundled one: the folder of its npm package, and its major version. */
  readonly from?: { readonly root: string; readonly major: number } | undefined;
  /** Ends a start that is under way: nothing of it runs on, and the next start begins where this one did. */
  readonly signal?: AbortSignal | undefined;
}

export interface Postgres {
  /** Connection string of the database `holdfast`, as its owner. */
  readonly url: string;
  /** The same server, database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Tells the cluster from every other. */
  readonly systemIdentifier: string;
  /**
   * Fast shutdown: sessions are ended, data is written. After `patience` (8 s unless told; milliseconds) an immediate
   * one, after which the next start recovers from the log. Loses nothing either way.
   */
  stop(patience?: number): Promise<void>;
  /** Resolves when the server process has ended, for whatever reason. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const DATABASE = "holdfast";
/** Bytes that the path of a unix socket may have (sun_path), less the closing NUL. */
const MAX_SOCKET_PATH = process.platform === "linux" ? 106 : 102;

interface Address {
  readonly port: number;
  /** Null: loopback TCP. */
  readonly socketDir: string | null;
}

/**
 * Starts the bundled PostgreSQL on a folder, which it creates and fills when empty. Throws `PostgresError`, and the reason of the signal
 * once everything that was started has ended.
 */
export async function startPostgres(options: StartOptions): Promise<Postgres> {
  const { signal, existing, from } = options;
  const major = from?.major ?? bundledMajor;
  if (existing !== undefined && (await readSystemIdentifier(options.dataDir)) !== existing) {
    throw new PostgresError(`The database in ${options.dataDir} is gone, or another one is in its place.`);
  }
  const dataDir = prepareFolder(options.dataDir);
  const binaries = await prepareBinaries(`${dataDir}.lib${from ? from.major : ""}`, from?.root);
  const account = chooseAccount(dataDir);
  await stopOrphan(dataDir, options.log);
  signal?.throwIfAborted();
  await ensureCluster(dataDir, binaries, account, { create: existing === undefined, signal, major });
  const systemIdentifier = await readSystemIdentifier(dataDir);
  if (systemIdentifier === null) throw new PostgresError(`${dataDir} is not a PostgreSQL data folder.`);
  const address = await chooseAddress(dataDir, options);
  const isPrivate = address.socketDir !== null && (statSync(address.socketDir).mode & 0o077) === 0;
  await writeAccessRules(dataDir, isPrivate, account);
  const password = isPrivate ? null : await readPassword(dataDir);
  const settings = { ...settingsFor(major), ...options.settings };
  signal?.throwIfAborted();
  const server = await startServer(binaries, account, dataDir, address, settings, options.log, signal);
  const url = (database: string) => connectionUrl(database, address, password);
  try {
    await ensureDatabase(url("postgres"));
    await countStatements(url(DATABASE));
    signal?.throwIfAborted();
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { port } = address;
  return {
    url: url(DATABASE),
    adminUrl: url("postgres"),
    ...{ port, systemIdentifier },
    pid: server.pid,
    stop: server.stop,
    exited: server.exited,
  };
}

/** PostgreSQL's processes are recognised by their folder later, so its one true name is used everywhere. */
function prepareFolder(path: string): string {
  const parent = dirname(resolve(path));
  mkdirSync(parent, { recursive: true });
  return join(realpathSync(parent), basename(resolve(path)));
}

async function chooseAddress(dataDir: string, { socketDir = dataDir, port }: StartOptions): Promise<Address> {
  if (port !== undefined) return { port, socketDir: null };
  const fits = Buffer.byteLength(join(socketDir, ".s.PGSQL.5432")) <= MAX_SOCKET_PATH;
  if (process.platform !== "win32" && fits) return { port: 5432, socketDir };
  return { port: await freePort(), socketDir: null };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, fail) => probe.once("error", fail).listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no address");
  return address.port;
}

function connectionUrl(database: string, address: Address, password: string | null): string {
  const credentials = password === null ? SUPERUSER : `${SUPERUSER}:${password}`;
  if (address.socketDir === null) return `postgresql://${credentials}@127.0.0.1:${address.port}/${database}`;
  const host = encodeURIComponent(address.socketDir);
  return `postgresql://${credentials}@localhost:${address.port}/${database}?host=${host}`;
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The view of what `settings.ts` counts. */
async function countStatements(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("set client_min_messages = error; create extension if not exists pg_stat_statements");
  } finally {
    await client.end();
  }
}

type Server = Pick<Postgres, "pid" | "stop" | "exited">;

async function startServer(
  binaries: Binaries,
  account: Account | null,
  dataDir: string,
  { port, socketDir }: Address,
  settings: Readonly<Record<string, string>>,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<Server> {
  const all = {
    ...settings,
    port: String(port),
    listen_addresses: socketDir === null ? "127.0.0.1" : "",
    unix_socket_directories: socketDir ?? "",
    unix_socket_permissions: "0700",
  };
  const args = ["-D", dataDir, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const start = launch(binaries.postgres, args, account, [binaries.postgres, dataDir, socketDir ?? dataDir]);
  // Its own process group: Ctrl-C in a terminal goes to the parent alone, which stops the database last.
  const child = spawn(start.command, start.args, {
    ...start.options,
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC", ...binaries.env },
    stdio: ["ignore", "ignore", "pipe"],
    detached: process.platform !== "win32",
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (lines.push(line) > 50) lines.shift();
    log(line);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => done({ code, signal }));
  });
  const stop = (patience = 8_000) => stopServer(child, exited, binaries, dataDir, patience);
  try {
    await waitUntilReady(dataDir, child, exited, lines, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid!, exited, stop };
}

/** Watches the status in postmaster.pid, as pg_ctl does. Crash recovery may take as long as it needs. */
async function waitUntilReady(
  dataDir: string,
  child: ChildProcess,
  exited: Promise<unknown>,
  lines: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  let ended = false;
  const end = exited.finally(() => {
    ended = true;
  });
  for (;;) {
    await Promise.race([sleep(10), end]);
    if (ended) throw new PostgresError(`The embedded PostgreSQL did not start: ${explain(lines, dataDir)}`);
    const file = await readPidFile(dataDir);
    if (file?.pid === child.pid && file?.status === "ready") return;
    signal?.throwIfAborted();
  }
}

function explain(lines: readonly string[], dataDir: string): string {
  const text = lines.join("\n");
  if (saysDiskFull(text)) return `the disk of ${dataDir} is full; free some space and start again.`;
  if (text.includes("Permission denied"))
    return `it may not use ${dataDir}; check who owns the folder and its parents.`;
  const fatal = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return `${fatal.replace(/^.*?(FATAL|PANIC):\s*/, "")}.`;
}

async function stopServer(
  child: ChildProcess,
  exited: Promise<unknown>,
  binaries: Binaries,
  dataDir: string,
  fast: number,
): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const within = (milliseconds: number) => Promise.race([exited, sleep(milliseconds, undefined, { ref: false })]);
  if (process.platform === "win32") {
    if (!ended()) spawnSync(binaries.pgCtl, ["stop", "-D", dataDir, "-m", "fast", "-t", "8"]);
    if (!ended()) spawnSync(binaries.pgCtl, ["stop", "-D", dataDir, "-m", "immediate"]);
    await exited;
    return;
  }
  for (const [name, patience] of [
    ["SIGINT", fast],
    ["SIGQUIT", 6_000],
    ["SIGKILL", 5_000],
  ] as const) {
    if (ended()) break;
    child.kill(name);
    await within(patience);
  }
  await exited;
}
