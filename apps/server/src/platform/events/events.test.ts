import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerEvent } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase } from "../database/database.ts";
import { createListener, type Listener } from "../database/listen.ts";
import { createPool } from "../database/pool.ts";
import { createApp } from "../http/app.ts";
import { ProblemError } from "../http/problem.ts";
import { eventsRoutes } from "./events.routes.ts";
import { createEvents, type Events } from "./events.ts";

const log = pino({ level: "silent" });
const ada = "0190a5d4-0000-7000-8000-00000000000a";
const bob = "0190a5d4-0000-7000-8000-00000000000b";

let testDatabase: TestDatabase;
let pool: pg.Pool;
let listener: Listener;
let here: Events;
let there: Events;

beforeAll(async () => {
  testDatabase = await createMigratedDatabase();
  pool = createPool(testDatabase.url, { max: 3, name: "test", onError: () => {} });
  listener = await createListener(testDatabase.url, () => {});
});
beforeEach(async () => {
  here = await createEvents({ db: createDatabase(pool), listener, log });
  there = await createEvents({ db: createDatabase(pool), listener, log });
});
afterEach(async () => {
  await here.close();
  await there.close();
});
afterAll(async () => {
  await listener.close();
  await pool.end();
  await testDatabase.drop();
});

test("reaches that person's listeners on every node, once for equal events", async () => {
  const [adas, bobs] = [vi.fn(), vi.fn()];
  there.subscribe(ada, adas);
  there.subscribe(bob, bobs);
  for (let i = 0; i < 50; i++) here.publish(ada, { type: "files.changed", id: "folder" });
  here.publish(ada, { type: "shares.changed" });
  await vi.waitFor(() => expect(adas).toHaveBeenCalledTimes(2));
  await sleep(300);
  expect(adas.mock.calls.flat()).toEqual([{ type: "files.changed", id: "folder" }, { type: "shares.changed" }]);
  expect(bobs).not.toHaveBeenCalled();
});

test("an event larger than a NOTIFY takes arrives without its data", async () => {
  const seen = vi.fn();
  here.subscribe(ada, seen);
  here.publish(ada, { type: "backups.changed", id: "x", data: "é".repeat(5000) });
  here.publish(ada, { type: "backups.changed", id: "y", data: { done: 3 } });
  await vi.waitFor(() => expect(seen).toHaveBeenCalledTimes(2));
  expect(seen.mock.calls.flat()).toEqual([
    { type: "backups.changed", id: "x" },
    { type: "backups.changed", id: "y", data: { done: 3 } },
  ]);
});

test("after the connection was lost, listeners are told to look again", async () => {
  const seen = vi.fn();
  here.subscribe(ada, seen);
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'holdfast listen'`);
  await vi.waitFor(() => expect(seen).toHaveBeenCalledWith({ type: "files.changed" }), 5000);
});

test("what was published before the end still goes out", async () => {
  const seen = vi.fn();
  there.subscribe(ada, seen);
  here.publish(ada, { type: "user.changed" });
  await here.close();
  await vi.waitFor(() => expect(seen).toHaveBeenCalledOnce());
});

interface Opened {
  response: Response;
  events: ServerEvent[];
  text(): string;
  ended: Promise<void>;
}

async function serve(signedIn: { value: boolean | Error }, heartbeatMs?: number) {
  const app: FastifyInstance = await createApp({
    log,
    version: "0",
    trustProxy: false,
    authenticate: async (request) => ({
      userId: String(request.headers["x-user"]),
      email: "",
      role: "user",
      sessionId: "s",
      expiresAt: new Date(),
    }),
  });
  await eventsRoutes(app, {
    events: here,
    listener,
    spaces: { seenBy: async () => [], maySee: async () => [] },
    async stillSignedIn() {
      if (signedIn.value instanceof Error) throw signedIn.value;
      return signedIn.value;
    },
    ...(heartbeatMs ? { heartbeatMs } : {}),
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/events`;
  const open = async (user: string, signal?: AbortSignal): Promise<Opened> => {
    const response = await fetch(url, { headers: { "x-user": user }, ...(signal ? { signal } : {}) });
    let text = "";
    const events: ServerEvent[] = [];
    const ended = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (const line of chunk.split("\n")) if (line.startsWith("data: ")) events.push(JSON.parse(line.slice(6)));
      }
    })().catch(() => {});
    return { response, events, text: () => text, ended };
  };
  return { app, open };
}

test("streams a person's events, with a heartbeat, and closes at once when the server stops", async () => {
  const { app, open } = await serve({ value: true }, 50);
  const stream = await open(ada);
  expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
  expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  expect(stream.response.headers.get("x-content-type-options")).toBe("nosniff");
  there.publish(bob, { type: "files.changed", id: "not hers" });
  there.publish(ada, { type: "files.changed", id: "hers" });
  await vi.waitFor(() => expect(stream.events).toEqual([{ type: "files.changed", id: "hers" }]));
  await vi.waitFor(() => expect(stream.text()).toContain(": \n\n"));
  const started = Date.now();
  await app.close();
  await stream.ended;
  expect(Date.now() - started).toBeLessThan(1000);
});

test("ends when the session behind it ends, within two seconds", async () => {
  const signedIn = { value: true };
  const { app, open } = await serve(signedIn);
  const [adas, bobs] = [await open(ada), await open(bob)];
  await pool.query("select pg_notify('holdfast_principals', $1)", [ada]);
  await sleep(200);
  signedIn.value = false; // as where a cache is asked before it was told
  await Promise.race([adas.ended, sleep(2000)]);
  expect(adas.events).toEqual([{ type: "session.ended" }]);
  expect(bobs.events).toEqual([]);
  await app.close();
});

test("a refusal ends the stream as well; that nobody can tell does not", async () => {
  const signedIn: { value: boolean | Error } = { value: new ProblemError("unavailable", "no database") };
  const { app, open } = await serve(signedIn, 30);
  const stream = await open(ada);
  await sleep(200);
  signedIn.value = new Error("connection lost");
  await sleep(200);
  expect(stream.events).toEqual([]);
  signedIn.value = new ProblemError("session_ended", "gone");
  await Promise.race([stream.ended, sleep(1000)]);
  expect(stream.events).toEqual([{ type: "session.ended" }]);
  await app.close();
});

test("one person can hold 20 streams, and those that were left count no more", async () => {
  const { app, open } = await serve({ value: true });
  const gone = new AbortController();
  await Promise.all(Array.from({ length: 20 }, () => open(ada, gone.signal)));
  const refused = await open(ada);
  expect(refused.response.status).toBe(429);
  expect((await open(bob)).response.status).toBe(200);
  gone.abort();
  await vi.waitFor(async () => expect((await open(ada)).response.status).toBe(200));
  const closed = once(app.server, "close");
  await app.close();
  await closed;
});
