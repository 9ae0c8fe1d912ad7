import type pg from "pg";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../../platform/database/database.ts";
import { createPool } from "../../../platform/database/pool.ts";
import type { Events } from "../../../platform/events/events.ts";
import { newId } from "../../../platform/ids.ts";
import { sharingJobs } from "../sharing.jobs.ts";
import { createShareLog, type ShareLog } from "./share-log.ts";

let database: TestDatabase;
let pool: pg.Pool;
let db: Database;
let shareLog: ShareLog;
const userId = newId();
const told = vi.fn();
const events: Events = { publish: told, tellHere: told, subscribe: () => () => {}, close: async () => {} };

beforeAll(async () => {
  database = await createMigratedDatabase();
  pool = createPool(database.url, { max: 3, name: "test", onError: () => {} });
  db = createDatabase(pool);
  await pool.query("insert into auth.users (id, email, created_at) values ($1, 'a@example.org', now())", [userId]);
});
beforeEach(() => {
  shareLog = createShareLog({ db, events, log: pino({ level: "silent" }) });
});
afterEach(() => shareLog.close());
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function addLink(maxDownloads: number | null = null): Promise<string> {
  const id = newId();
  await pool.query(
    "insert into holdfast.sharing_links (id, file_id, user_id, link_type, max_downloads) values ($1, $2, $2, 'permanent', $3)",
    [id, userId, maxDownloads],
  );
  return id;
}
const counts = async (id: string) =>
  (await pool.query("select access_count, download_count from holdfast.sharing_links where id = $1", [id])).rows[0];
const rows = async (id: string) =>
  (await pool.query("select * from holdfast.share_accesses where link_id = $1 order by id", [id])).rows;
const access = (linkId: string, more: object = {}) => ({
  linkId,
  occurredAt: new Date(),
  ip: "203.0.113.77",
  userAgent: "curl/8",
  action: "view" as const,
  outcome: "ok" as const,
  fileId: null,
  fileName: null,
  ...more,
});

test("what happens within a second is written once, and the owner is told", async () => {
  const id = await addLink();
  const query = vi.spyOn(db, "query");
  const at = new Date();
  for (let i = 0; i < 1000; i++) shareLog.viewed(id, at);
  for (let i = 0; i < 500; i++) shareLog.downloaded(id, at);
  shareLog.record(access(id));
  expect(query).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(query).toHaveBeenCalledTimes(2), 2000);
  query.mockRestore();
  await shareLog.flush();
  expect(await counts(id)).toEqual({ access_count: 1000, download_count: 500 });
  expect(await rows(id)).toMatchObject([{ address: "203.0.113.0/24", user_agent: "curl/8", outcome: "ok" }]);
  expect(told).toHaveBeenCalledWith(userId, { type: "shares.changed", id: userId });
});

test("a link that got a limit meanwhile is not counted past it", async () => {
  const id = await addLink(1);
  shareLog.viewed(id, new Date());
  for (let i = 0; i < 5; i++) shareLog.downloaded(id, new Date());
  await shareLog.flush();
  expect(await counts(id)).toEqual({ access_count: 1, download_count: 0 });
});

test("counts wait while the database cannot take them", async () => {
  const id = await addLink();
  shareLog.viewed(id, new Date());
  await pool.query("alter table holdfast.sharing_links rename to away");
  await shareLog.flush();
  shareLog.viewed(id, new Date());
  await pool.query("alter table holdfast.away rename to sharing_links");
  await shareLog.flush();
  expect(await counts(id)).toMatchObject({ access_count: 2 });
});

test("what is alike is one row with a count; a deleted link has none, and keeps no other from being written", async () => {
  const [busy, quiet] = [await addLink(), await addLink()];
  for (let i = 0; i < 200; i++) shareLog.record(access(busy));
  shareLog.record(access(newId()));
  shareLog.record(access(quiet, { ip: undefined, userAgent: `\0${"x".repeat(500)}` }));
  await shareLog.flush();
  shareLog.record(access(busy, { userAgent: "wget" }));
  await shareLog.flush();
  expect(await rows(busy)).toMatchObject([{ times: 201, address: "203.0.113.0/24", user_agent: null }]);
  expect(await rows(quiet)).toMatchObject([{ address: null, user_agent: "x".repeat(199) }]);
});

test("among a flood from everywhere the real download and the sent file are told, and the rows stay few", async () => {
  const id = await addLink();
  const occurredAt = new Date("2026-01-01T10:03:00Z");
  const flood = (outcome: string) => {
    for (let i = 0; i < 5000; i++)
      shareLog.record(access(id, { occurredAt, outcome, ip: `2001:db8:${i.toString(16)}::1`, fileId: newId() }));
  };
  flood("wrong_password");
  await shareLog.flush();
  flood("ok");
  const friend = { occurredAt, ip: "198.51.100.7", userAgent: "Friend" };
  shareLog.record(access(id, { ...friend, action: "download", outcome: "completed", fileName: "plan.pdf" }));
  shareLog.record(access(id, { ...friend, action: "upload", fileName: "answer.pdf", senderName: "Ann" }));
  await shareLog.flush();
  flood("ok");
  await shareLog.flush();
  const found = await rows(id);
  expect(found.length).toBeLessThanOrEqual(2 * 51 + 2);
  expect(found.filter(({ user_agent }) => user_agent === "Friend")).toMatchObject([
    { action: "download", address: "198.51.100.0/24", file_name: "plan.pdf" },
    { action: "upload", sender_name: "Ann" },
  ]);
  // Nothing of it is lost: what shares a row is counted there.
  expect(found.reduce((sum, { times }) => sum + times, 0)).toBe(15_002);
});

test("one network that asks for file after file has ten rows and one for the rest", async () => {
  const id = await addLink();
  const occurredAt = new Date("2026-01-01T10:03:00Z");
  for (let i = 0; i < 40; i++) shareLog.record(access(id, { occurredAt, action: "preview", fileId: newId() }));
  await shareLog.flush();
  const found = await rows(id);
  expect(found).toHaveLength(11);
  expect(found.filter(({ file_id }) => file_id === null)).toMatchObject([{ times: 30, address: "203.0.113.0/24" }]);
});

test("the sweep leaves the newest of each kind", async () => {
  const id = await addLink();
  await pool.query(
    `insert into holdfast.share_accesses (id, link_id, action, outcome)
     select holdfast.uuid7(), $1, 'view', case when n <= 10 then 'ok' else 'locked' end from generate_series(1, 1500) n`,
    [id],
  );
  const context = { signal: new AbortController().signal, log: pino({ level: "silent" }) };
  for (const job of sharingJobs({ db })) await job.run({}, context);
  const of = (await rows(id)).map(({ outcome }) => outcome);
  expect([of.filter((each) => each === "ok").length, of.length]).toEqual([10, 1010]);
});

test("the sweep deletes what is old, and nothing else", async () => {
  const id = await addLink(5);
  for (const [days, subject] of [
    [0, "a"],
    [6, "b"],
    [8, "c"],
  ] as const) {
    await pool.query(
      `insert into holdfast.share_grants (id, link_id, subject, holder, expires_at)
       values ($1, $2, $3, '\\x00', now() - make_interval(days => $4))`,
      [newId(), id, subject, days],
    );
  }
  const old = new Date(Date.now() - 91 * 86_400_000);
  const kept = new Date(Date.now() - 89 * 86_400_000);
  for (const occurredAt of [old, kept]) shareLog.record(access(id, { occurredAt }));
  await shareLog.flush();
  const context = { signal: new AbortController().signal, log: pino({ level: "silent" }) };
  for (const job of sharingJobs({ db })) await job.run({}, context);
  const grants = await pool.query("select subject from holdfast.share_grants where link_id = $1 order by 1", [id]);
  expect(grants.rows.map((row) => row.subject)).toEqual(["a", "b"]);
  expect((await rows(id)).map((row) => row.occurred_at)).toEqual([kept]);
});
