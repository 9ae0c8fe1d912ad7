import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import pino from "pino";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { createMigratedDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../database/database.ts";
import { createListener, type Listener } from "../database/listen.ts";
import { createPool } from "../database/pool.ts";
import { workerSilence } from "./heartbeat.ts";
import { defineJob, handleJob, type JobHandler } from "./job.ts";
import { createJobs, type JobQueue } from "./jobs.ts";
import { listJobs } from "./list-jobs.ts";
import { startWorker, type Worker } from "./worker.ts";

const log = pino({ level: "silent" });
const note = defineJob({
  name: "test.note",
  payload: z.object({ text: z.string() }),
  retryLimit: 1,
  retryDelaySeconds: 0,
});
const killed = defineJob({ name: "test.killed", payload: z.object({}), retryDelaySeconds: 0 });
const every = defineJob({ name: "test.every", payload: z.object({}), cron: "* * * * *" });

let testDatabase: TestDatabase;
let pool: pg.Pool;
let db: Database;
let jobs: JobQueue;
let listener: Listener;
const workers: Worker[] = [];

beforeAll(async () => {
  testDatabase = await createMigratedDatabase();
  pool = createPool(testDatabase.url, { max: 5, name: "test", onError: () => {} });
  db = createDatabase(pool);
  listener = await createListener(testDatabase.url, () => {});
  jobs = await createJobs({ db, log });
  await jobs.register([note, killed, every]);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(1000)));
  await pool.query("delete from pgboss.job");
});
afterAll(async () => {
  await jobs?.close();
  await listener?.close();
  await pool?.end();
  await testDatabase?.drop();
});

async function work(handlers: JobHandler[], options: { pollSeconds?: number; superviseSeconds?: number } = {}) {
  const worker = await startWorker({ db, log, handlers, listener, pollSeconds: 30, ...options });
  workers.push(worker);
  return worker;
}
const waiting = async (name: string) =>
  (await listJobs(db, { state: null, hidden: [], limit: 500 })).filter((job) => job.name === name);

test("several processes may start at once on a database that has never seen jobs", async () => {
  const fresh = await createMigratedDatabase();
  const pools = Array.from({ length: 4 }, () => createPool(fresh.url, { max: 2, name: "test", onError: () => {} }));
  const all = await Promise.all(
    pools.map(async (each) => {
      const queue = await createJobs({ db: createDatabase(each), log });
      await queue.register([note, killed, every]);
      return queue;
    }),
  );
  await all[0]?.enqueue(createDatabase(pools[1] as pg.Pool), note, { text: "x" });
  expect(await listJobs(createDatabase(pools[2] as pg.Pool), { state: "created", hidden: [], limit: 10 })).toHaveLength(
    1,
  );
  await Promise.all(all.map((queue) => queue.close()));
  await Promise.all(pools.map((each) => each.end()));
  await fresh.drop();
});

test("a job exists exactly when the transaction it was enqueued in has committed", async () => {
  const undone = db.transaction(async (tx) => {
    await jobs.enqueue(tx, note, { text: "never" });
    throw new Error("undo");
  });
  await expect(undone).rejects.toThrow("undo");
  await db.transaction((tx) => jobs.enqueue(tx, note, { text: "once" }));
  expect(await waiting(note.name)).toHaveLength(1);
});

test("starts within a second of being enqueued, and hands on what was enqueued", async () => {
  const done = vi.fn();
  await work([handleJob(note, async (payload) => done(payload.text))]);
  await sleep(300); // the first poll has found nothing, the next is half a minute away
  await jobs.enqueue(db, note, { text: "hello" });
  await vi.waitFor(() => expect(done).toHaveBeenCalledWith("hello"), 1000);
});

test("a backlog is worked off without pauses", async () => {
  const done: string[] = [];
  const texts = Array.from({ length: 30 }, (_, i) => `${i}`);
  for (const text of texts) await jobs.enqueue(db, note, { text });
  await work([handleJob(note, async ({ text }) => void done.push(text))]);
  await vi.waitFor(() => expect(done).toEqual(texts), 3000);
});

test("one job with a key waits, however often it is asked for", async () => {
  for (let i = 0; i < 3; i++) await jobs.enqueue(db, note, { text: "same" }, { singletonKey: "k" });
  await jobs.enqueue(db, note, { text: "other" }, { singletonKey: "l" });
  expect(await waiting(note.name)).toHaveLength(2);
});

test("a job that fails for good stays visible, with its reason, and can be run again", async () => {
  let broken = true;
  const run = vi.fn(async () => {
    if (broken) throw new Error("the disk is on fire");
  });
  await work([handleJob(note, run)], { pollSeconds: 0.5 });
  await jobs.enqueue(db, note, { text: "x" });
  const failed = await vi.waitFor(async () => {
    const [job] = await listJobs(db, { state: "failed", hidden: [], limit: 10 });
    expect(job).toMatchObject({ name: note.name, state: "failed", retryCount: 1, error: "the disk is on fire" });
    return job as NonNullable<typeof job>;
  }, 10_000);
  expect(run).toHaveBeenCalledTimes(2);

  broken = false;
  expect(await jobs.retry(db, note.name, failed.id)).toBe(true);
  await vi.waitFor(async () => expect((await waiting(note.name))[0]?.state).toBe("completed"), 5_000);
  expect(await jobs.retry(db, note.name, failed.id)).toBe(false);
  expect(await jobs.retry(db, "no.such", failed.id)).toBe(false);
});

test("what does not fit its schema is refused when it is enqueued", async () => {
  await expect(jobs.enqueue(db, note, { text: 1 } as never)).rejects.toBeInstanceOf(z.ZodError);
  const stranger = defineJob({ name: "test.stranger", payload: z.object({}) });
  await expect(jobs.enqueue(db, stranger, {})).rejects.toThrow("was never registered");
});

test("a worker that stops lets its job finish, and tells it to after half of the time", async () => {
  const seen: string[] = [];
  const worker = await work([
    handleJob(note, async (_, { signal }) => {
      seen.push("started");
      await sleep(10_000, undefined, { signal }).catch(() => seen.push("told"));
      throw new Error("not done");
    }),
  ]);
  await jobs.enqueue(db, note, { text: "long" });
  await vi.waitFor(() => expect(seen).toEqual(["started"]), 2000);
  const started = Date.now();
  await worker.stop(2000);
  expect(Date.now() - started).toBeLessThan(1900);
  expect(seen).toEqual(["started", "told"]);
  expect((await waiting(note.name))[0]?.state).toBe("retry");
});

test("goes on after PostgreSQL has cut every connection", async () => {
  const done = vi.fn();
  await work([handleJob(note, async (payload) => done(payload.text))], { pollSeconds: 1 });
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await jobs.enqueue(db, note, { text: "after" });
  await vi.waitFor(() => expect(done).toHaveBeenCalledWith("after"), 5000);
});

test("a schedule runs by itself, and goes when its definition has none any more", async () => {
  const ran = vi.fn(async () => {});
  await work([handleJob(every, ran)], { superviseSeconds: 1, pollSeconds: 0.5 });
  await vi.waitFor(() => expect(ran).toHaveBeenCalled(), 20_000);
  await work([handleJob({ ...every, cron: undefined }, ran)]);
  expect((await pool.query("select name from pgboss.schedule")).rows).toEqual([{ name: "jobs.sweep" }]);
});

test("a run by the clock that failed is no longer among the failed jobs once a later one has succeeded", async () => {
  const hourly = defineJob({ ...every, name: "test.hourly", retryLimit: 0 });
  await jobs.register([hourly]);
  let broken = true;
  const run = async () => {
    if (broken) throw new Error("killed");
  };
  await work([handleJob(hourly, run), handleJob(note, () => Promise.reject(new Error("no")))], { pollSeconds: 0.5 });
  await jobs.enqueue(db, hourly, {});
  await jobs.enqueue(db, note, { text: "x" });
  const failed = async () =>
    (await listJobs(db, { state: "failed", hidden: [], limit: 10 })).map(({ name }) => name).sort();
  await vi.waitFor(async () => expect(await failed()).toEqual([hourly.name, note.name]), 10_000);
  broken = false;
  await jobs.enqueue(db, hourly, {});
  // What nobody repeats by itself stays for somebody to look at.
  await vi.waitFor(async () => expect(await failed()).toEqual([note.name]), 10_000);
});

test("a worker says that it is alive", async () => {
  await pool.query("delete from holdfast.settings");
  expect(await workerSilence(db)).toBeNull();
  await work([]);
  expect(await workerSilence(db)).toBeLessThan(1000);
});

test("the job of a worker that was killed is run by another", { timeout: 90_000 }, async () => {
  const child: ChildProcess = fork(new URL("./killed-worker.fixture.ts", import.meta.url), [testDatabase.url], {
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message"); // its queue is ready
  await jobs.enqueue(db, killed, {});
  await once(child, "message"); // the job has started
  child.kill("SIGKILL");
  await once(child, "exit");
  expect((await waiting(killed.name))[0]?.state).toBe("active");
  const ran = vi.fn(async () => {});
  await work([handleJob(killed, ran)], { superviseSeconds: 1, pollSeconds: 0.5 });
  await vi.waitFor(() => expect(ran).toHaveBeenCalled(), 70_000);
});
