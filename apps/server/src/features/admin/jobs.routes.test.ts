import type { FastifyInstance } from "fastify";
import type pg from "pg";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { createMigratedDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../platform/database/database.ts";
import { createPool } from "../../platform/database/pool.ts";
import { createApp } from "../../platform/http/app.ts";
import { defineJob, handleJob } from "../../platform/jobs/job.ts";
import { createJobs, type JobQueue } from "../../platform/jobs/jobs.ts";
import { startWorker } from "../../platform/jobs/worker.ts";
import { jobsRoutes } from "./jobs.routes.ts";

const log = pino({ level: "silent" });
const definition = defineJob({ name: "test.fails", payload: z.object({}), retryLimit: 0 });
let testDatabase: TestDatabase;
let pool: pg.Pool;
let db: Database;
let jobs: JobQueue;
let app: FastifyInstance;
let role: "admin" | "user" = "admin";

beforeAll(async () => {
  testDatabase = await createMigratedDatabase();
  pool = createPool(testDatabase.url, { max: 4, name: "test", onError: () => {} });
  db = createDatabase(pool);
  jobs = await createJobs({ db, log });
  await jobs.register([definition]);
  const authenticate = async () => ({
    userId: crypto.randomUUID(),
    email: "",
    role,
    sessionId: "s",
    expiresAt: new Date(),
  });
  app = await createApp({ log, version: "0", trustProxy: false, authenticate });
  jobsRoutes(app, { db, jobs });
});
afterAll(async () => {
  await app?.close();
  await jobs?.close();
  await pool?.end();
  await testDatabase?.drop();
});

test("what runs every few minutes is left out until it is asked for, or has failed", async () => {
  const often = defineJob({ name: "test.often", payload: z.object({}), cron: "* * * * *", retryLimit: 0 });
  await jobs.register([often]);
  await jobs.enqueue(db, often, {});
  const names = async (query: string) =>
    (await app.inject(`/api/v1/admin/jobs${query}`)).json().items.map(({ name }: { name: string }) => name);
  expect(await names("")).toEqual([]);
  expect(await names("?routine=true")).toEqual(["test.often"]);
  const worker = await startWorker({
    db,
    log,
    handlers: [handleJob(often, () => Promise.reject(new Error("broken")))],
    pollSeconds: 0.5,
  });
  await vi.waitFor(async () => expect(await names("")).toEqual(["test.often"]), 5000);
  await worker.stop(1000);
  await pool.query("delete from pgboss.job where name = 'test.often'");
});

test("an administrator sees what has failed, and runs it again; nobody else does", async () => {
  const run = vi.fn(async () => {
    if (run.mock.calls.length === 1) throw new Error("no such bucket");
  });
  const worker = await startWorker({
    db,
    log,
    handlers: [handleJob(definition, run)],
    pollSeconds: 0.5,
  });
  await jobs.enqueue(db, definition, {});
  const failed = await vi.waitFor(async () => {
    const answer = await app.inject("/api/v1/admin/jobs?state=failed");
    expect(answer.json().items).toMatchObject([{ name: "test.fails", state: "failed", error: "no such bucket" }]);
    return answer.json().items[0];
  }, 5000);
  const retry = `/api/v1/admin/jobs/${failed.name}/${failed.id}/retry`;

  role = "user";
  expect((await app.inject({ method: "POST", url: retry })).statusCode).toBe(403);
  expect((await app.inject("/api/v1/admin/jobs")).statusCode).toBe(403);
  role = "admin";
  expect((await app.inject({ method: "POST", url: retry.replace("test.fails", "no.such") })).statusCode).toBe(404);
  expect((await app.inject({ method: "POST", url: retry })).statusCode).toBe(204);
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2), 5000);
  await worker.stop(1000);
  expect((await app.inject({ method: "POST", url: retry })).statusCode).toBe(404);
  const { rows: entries } = await db.query("select action, target_id from holdfast.audit_log");
  expect(entries).toEqual([{ action: "job.retry", target_id: failed.id }]);
});
