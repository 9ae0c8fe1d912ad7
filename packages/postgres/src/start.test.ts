import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Postgres, PostgresError, type StartOptions, startPostgres } from "./index.ts";

let folder: string;
let dataDir: string;
const logged: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-pg-"));
  dataDir = join(folder, "postgres");
  logged.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (options: Partial<StartOptions> = {}) =>
  startPostgres({ dataDir, log: (line) => logged.push(line), ...options });

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return (await client.query<Row>(text).finally(() => client.end())).rows;
}

/** Starts PostgreSQL from a parent of its own, which is then killed the hard way. */
async function leaveOrphan(): Promise<number> {
  const program = `
    import { startPostgres } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log() {} });
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunk] = await once(parent.stdout, "data");
  await kill(parent);
  return Number(String(chunk));
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Command lines of processes that work in this test's folder. */
async function running(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(folder)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

test.runIf(process.platform === "linux")(
  "a start that is ended on its way leaves nothing running, and the next one succeeds",
  async () => {
    const reason = new Error("enough");
    const endAfter = async (milliseconds: number) => {
      const ending = new AbortController();
      setTimeout(() => ending.abort(reason), milliseconds);
      const end = await start({ signal: ending.signal }).catch((error: unknown) => error);
      // On a fast machine it may have been ready before.
      if (end !== reason) await (end as Postgres).stop();
      expect(await running()).toEqual([]);
    };
    // While the cluster is made, and then while the server starts on it.
    for (const milliseconds of [10, 400]) await endAfter(milliseconds);
    await start().then((server) => server.stop());
    for (const milliseconds of [5, 15, 30, 60]) await endAfter(milliseconds);
    const server = await start();
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  },
);

test("makes a durable UTF-8 cluster with checksums, and keeps what was written over a restart", async () => {
  const first = await start();
  await query(first.url, "create table note (text text); insert into note values ('ä')");
  const [settings] = await query(
    first.url,
    `select current_setting('server_encoding') encoding, current_setting('data_checksums') checksums,
            current_setting('fsync') fsync, current_setting('synchronous_commit') sync, lower('Ä') lower`,
  );
  expect(settings).toEqual({ encoding: "UTF8", checksums: "on", fsync: "on", sync: "on", lower: "ä" });
  await first.stop();
  expect(await first.exited).toEqual({ code: 0, signal: null });
  const second = await start();
  expect(await query(second.url, "select text from note")).toEqual([{ text: "ä" }]);
  await second.stop();
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test("a path too long for a unix socket is served over loopback TCP with a password", async () => {
  dataDir = join(folder, "a".repeat(100), "postgres");
  const server = await start();
  const url = new URL(server.url);
  expect(url.hostname).toBe("127.0.0.1");
  expect(await query(server.url, "select 1 one")).toEqual([{ one: 1 }]);
  url.password = "wrong";
  await expect(query(url.href, "select 1")).rejects.toThrow("password authentication failed");
  await server.stop();
  const file = await stat(join(dataDir, "holdfast.password"));
  expect(file.mode & 0o777).toBe(0o600);
});

test("after the parent was killed, the next start ends the orphan and takes over", async () => {
  const orphan = await leaveOrphan();
  expect(() => process.kill(orphan, 0)).not.toThrow();
  const server = await start();
  expect(server.pid).not.toBe(orphan);
  expect(logged[0]).toContain(`process ${orphan}`);
  expect(await query(server.url, "select 1 one")).toEqual([{ one: 1 }]);
  await server.stop();
});

test("an orphan that was killed as well is recovered from, whoever has its number now", async () => {
  const orphan = await leaveOrphan();
  process.kill(orphan, "SIGKILL");
  await sleep(200);
  const other = spawn("sleep", ["60"], { stdio: "ignore" });
  for (const name of ["postmaster.pid", ".s.PGSQL.5432.lock"]) {
    const path = join(dataDir, name);
    await writeFile(path, (await readFile(path, "utf8")).replace(/^\d+/, String(other.pid)));
  }
  const server = await start();
  expect(await query(server.url, "select 1 one")).toEqual([{ one: 1 }]);
  expect(other.exitCode).toBeNull();
  await server.stop();
  await kill(other);
});

test("an initialisation that was cut off is started again", async () => {
  await mkdir(join(`${dataDir}.new`, "cluster"), { recursive: true });
  await writeFile(join(`${dataDir}.new`, "cluster", "PG_VERSION"), "18\n");
  const server = await start();
  await server.stop();
  await expect(stat(`${dataDir}.new`)).rejects.toThrow("ENOENT");
});

test.each([
  ["19\n", "newer than the PostgreSQL 18"],
  ["17\n", "npm run holdfast -- postgres upgrade"],
])("a folder of PostgreSQL %j is refused with a sentence", async (version, words) => {
  await mkdir(dataDir);
  await writeFile(join(dataDir, "PG_VERSION"), version);
  const failure = start();
  await expect(failure).rejects.toBeInstanceOf(PostgresError);
  await expect(failure).rejects.toThrow(words);
});

test("a folder with other things in it is left alone", async () => {
  await mkdir(dataDir);
  await writeFile(join(dataDir, "letter.txt"), "dear");
  await expect(start()).rejects.toThrow("neither empty nor a PostgreSQL data folder");
  expect(await readFile(join(dataDir, "letter.txt"), "utf8")).toBe("dear");
});

test("a setting that PostgreSQL refuses is told in its words", async () => {
  await expect(start({ settings: { max_connections: "many" } })).rejects.toThrow(/max_connections.*many/);
});

test("stop ends open sessions and takes no longer than they need", async () => {
  const server = await start();
  const client = new pg.Client({ connectionString: server.url });
  client.on("error", () => {});
  await client.connect();
  const sleeping = client.query("select pg_sleep(60)");
  const began = performance.now();
  await Promise.all([server.stop(), expect(sleeping).rejects.toThrow()]);
  expect(performance.now() - began).toBeLessThan(5_000);
});
