import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createMigratedDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../database/database.ts";
import { createListener, type Listener } from "../database/listen.ts";
import { createPool } from "../database/pool.ts";
import { type Maintenance, watchMaintenance } from "../maintenance/maintenance.ts";
import { defineJob, handleJob } from "./job.ts";
import { createJobs, type JobQueue } from "./jobs.ts";
import { startWorker, type Worker } from "./worker.ts";

/** A worker with its own view of maintenance mode, and the mode as another node switches it. */
const log = pino({ level: "silent" });
const changing = defineJob({
  name: "test.changing",
  payload: z.object({ name: z.string(), slow: z.boolean().default(false) }),
  retryDelaySeconds: 0,
  changesData: true,
});
const reading = defineJob({ name: "test.reading", payload: z.object({ name: z.string() }) });

let database: TestDatabase;
let db: Database;
let listeners: Listener[];
let here: Maintenance;
let there: Maintenance;
let jobs: JobQueue;
let worker: Worker;
const done: string[] = [];
const stopped: string[] = [];
let started: PromiseWithResolvers<void>;

beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 6, name: "test", onError: () => {} }));
  listeners = [await createListener(database.url, () => {}), await createListener(database.url, () => {})];
  here = await watchMaintenance({ db, log, listener: listeners[0] as Listener });
  there = await watchMaintenance({ db, log, listener: listeners[1] as Listener });
  jobs = await createJobs({ db, log });
  await jobs.register([changing, reading]);
  worker = await startWorker({
    ...{ db, log, listener: listeners[0] as Listener, maintenance: here, pollSeconds: 0.5 },
    handlers: [
      handleJob(changing, async ({ name, slow }, { signal, retryCount }) => {
        started?.resolve();
        if (slow && retryCount === 0) {
          await new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              stopped.push(name);
              reject(signal.reason as Error);
            });
          });
        }
        done.push(name);
      }),
      handleJob(reading, async ({ name }) => void done.push(name)),
    ],
  });
});
afterAll(async () => {
  await worker.stop(1_000);
  await jobs.close();
  here.close();
  there.close();
  for (const listener of listeners) await listener.close();
  await db.end();
  await database.drop();
});

const turn = (on: boolean) =>
  db.transaction((tx) =>
    there.save(tx, on ? { message: null, until: null, since: new Date().toISOString(), by: null } : null),
  );

test("jobs that change data wait, those that run are stopped, and the others continue", async () => {
  started = Promise.withResolvers();
  await jobs.enqueue(db, changing, { name: "under way", slow: true });
  await started.promise;
  await turn(true);
  await expect.poll(() => here.current()).not.toBe(null);
  await expect.poll(() => stopped).toEqual(["under way"]);
  await jobs.enqueue(db, changing, { name: "held" });
  await jobs.enqueue(db, reading, { name: "read" });
  await expect.poll(() => done).toEqual(["read"]);
  // Longer than any queue is not asked for.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(done).toEqual(["read"]);
  await turn(false);
  await expect.poll(() => [...done].sort()).toEqual(["held", "read", "under way"]);
});

test("switching it often ends where it was left", async () => {
  done.length = 0;
  for (const on of [true, false, true, false, true, false]) await turn(on);
  await jobs.enqueue(db, changing, { name: "after" });
  await expect.poll(() => done).toEqual(["after"]);
});
