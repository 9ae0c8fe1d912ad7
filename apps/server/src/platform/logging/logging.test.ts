import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database, type Queryable } from "../database/database.ts";
import { createListener, type Listener } from "../database/listen.ts";
import { createPool } from "../database/pool.ts";
import { housekeepingJobs } from "../housekeeping.jobs.ts";
import { followLogLevel } from "./live-level.ts";
import { openLogFiles } from "./log-files.ts";
import { LogOutput } from "./log-output.ts";
import { openLogTable } from "./log-table.ts";

let database: TestDatabase;
let db: Database;
let listener: Listener;
const folder = mkdtempSync(join(tmpdir(), "holdfast-logs-"));
beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 3, name: "test", onError: () => {} }));
  listener = await createListener(database.url, () => {});
});
afterAll(async () => {
  await listener.close();
  await db.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const silent = () => new LogOutput({ write() {} });
const kept = async () =>
  (
    await db.query<{ level: number; message: string; request_id: string | null }>(
      "select level, message, request_id from holdfast.log_lines order by logged_at, id",
    )
  ).rows;

test("files are replaced by size, so many and no more, and hold every line", async () => {
  const output = silent();
  const files = openLogFiles({ folder, name: "api", maxBytes: 50_000, keepFree: 0 });
  output.add(files);
  const log = pino({}, output);
  const text = "x".repeat(200);
  for (let i = 0; i < 400; i++) {
    log.info({ i, text }, "line");
    if (i % 10 === 0) await sleep(5);
  }
  await files.close();
  await expect
    .poll(() => readdirSync(folder).sort())
    .toEqual(["api.1.log", "api.2.log", "api.3.log", "api.4.log", "api.log"]);
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80_000);
  // What is left are the newest lines without a gap, each whole.
  const all = ["api.4.log", "api.3.log", "api.2.log", "api.1.log", "api.log"]
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"))
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { i: number }).i);
  expect(all.at(-1)).toBe(399);
  expect(all).toEqual(all.map((_, at) => (all[0] as number) + at));
  expect(statSync(join(folder, "api.log")).mode & 0o077).toBe(0);
});

test("a folder that takes nothing costs lines, not the process", async () => {
  const output = silent();
  const place = join(folder, "taken");
  writeFileSync(place, "a file");
  expect(() => openLogFiles({ folder: place, name: "api", maxBytes: 1000 })).toThrow();
  const files = openLogFiles({ folder: join(folder, "gone"), name: "api", maxBytes: 500, keepFree: 0 });
  output.add(files);
  rmSync(join(folder, "gone"), { recursive: true, maxRetries: 10 });
  const log = pino({}, output);
  for (let i = 0; i < 100; i++) log.info("a line");
  await sleep(50);
  log.info("another line");
  await files.close();
});

test("lines at level warn and above are kept in the database, others are not", async () => {
  const output = silent();
  const table = openLogTable({ db, part: "api", node: "one", everyMs: 10 });
  output.add(table);
  const log = pino({ timestamp: pino.stdTimeFunctions.isoTime }, output);
  log.info("not this");
  log.child({ reqId: "request-1" }).warn("careful");
  log.error({ bad: "a\0b", long: "y".repeat(20_000) }, "with a NUL \0 in it");
  await expect.poll(async () => (await kept()).length).toBe(2);
  expect(await kept()).toEqual([
    { level: 40, message: "careful", request_id: "request-1" },
    { level: 50, message: "with a NUL  in it", request_id: null },
  ]);
  await table.close();
});

test("a database that is away costs nobody anything, and what was lost is counted", async () => {
  await db.query("delete from holdfast.log_lines");
  let away = true;
  let asked = 0;
  const flaky = {
    query(...args: Parameters<Queryable["query"]>) {
      asked += 1;
      return away ? Promise.reject(new Error("the database is away")) : db.query(...args);
    },
  } as Queryable;
  const output = silent();
  const table = openLogTable({ db: flaky, part: "api", node: "one", everyMs: 10 });
  output.add(table);
  const log = pino({}, output);
  for (let i = 0; i < 1_500; i++) log.warn(`line ${i}`);
  await expect.poll(() => asked).toBeGreaterThan(0);
  away = false;
  await expect.poll(async () => (await kept()).length, { timeout: 30_000 }).toBe(1_001);
  const told = (await kept()).filter(({ message }) => message.includes("were not kept"));
  expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(/^500 lines/)]);
  await table.close();
}, 60_000);

test("days that are over go, and those to come are there ahead", async () => {
  await db.query(
    "create table holdfast.log_lines_2020_01_01 partition of holdfast.log_lines for values from ('2020-01-01Z') to ('2020-01-02Z')",
  );
  const context = { signal: new AbortController().signal, log: pino({ level: "silent" }) };
  for (const job of housekeepingJobs({ db, auditMonths: 0, accessLogMonths: 0, logDays: 3 }))
    await job.run({}, context);
  const { rows } = await db.query<{ name: string }>(
    "select relname as name from pg_class where relname like 'log\\_lines\\_2%' and relkind = 'r' order by 1",
  );
  expect(rows.map(({ name }) => name)).not.toContain("log_lines_2020_01_01");
  expect(rows).toHaveLength(4);
});

test("the level is another one for a while, in every process, and goes back by itself", async () => {
  const [here, there] = [pino({ level: "info" }, silent()), pino({ level: "info" }, silent())];
  const one = await followLogLevel({ db, listener, log: here }, here, "info");
  const two = await followLogLevel({ db, listener, log: there }, there, "info");
  const until = new Date(Date.now() + 1_500).toISOString();
  await db.transaction((tx) => one.setting.save(tx, { level: "debug", until }));
  await expect.poll(() => [here.level, there.level]).toEqual(["debug", "debug"]);
  expect(two.state()).toEqual({ level: "debug", usual: "info", until });
  await expect.poll(() => [here.level, there.level]).toEqual(["info", "info"]);
  expect(two.state()).toEqual({ level: "info", usual: "info", until: null });
  one.close();
  two.close();
});
