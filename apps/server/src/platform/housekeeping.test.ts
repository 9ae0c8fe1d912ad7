import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../tests/support/database.ts";
import { createHourlyBudget } from "./audit/hourly-budget.ts";
import { createDatabase, type Database } from "./database/database.ts";
import { createPool } from "./database/pool.ts";
import { housekeepingJobs } from "./housekeeping.jobs.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 2, name: "test", onError: () => {} }));
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

async function run(auditMonths: number, accessLogMonths = 0): Promise<void> {
  const context = { signal: new AbortController().signal, log: pino({ level: "silent" }) };
  for (const job of housekeepingJobs({ db, auditMonths, accessLogMonths, logDays: 3 })) await job.run({}, context);
}
const count = async (of: string) => (await db.query<{ n: number }>(`select count(*)::int as n from ${of}`)).rows[0]?.n;

test("the audit log is kept for so many whole months, in partitions and beside them", async () => {
  await db.query(
    `create table holdfast.audit_log_2020_01 partition of holdfast.audit_log for values from ('2020-01-01Z') to ('2020-02-01Z')`,
  );
  await db.query(
    `insert into holdfast.audit_log (id, action, occurred_at) select holdfast.uuid7(), 'file.trash', at
     from unnest(array['2020-01-15Z', '2021-01-15Z', now()::text]::timestamptz[]) at`,
  );
  await run(0);
  expect(await count("holdfast.audit_log")).toBe(3);
  await run(24);
  expect(await count("holdfast.audit_log")).toBe(1);
  const { rows } = await db.query("select to_regclass('holdfast.audit_log_2020_01') as gone");
  expect(rows).toEqual([{ gone: null }]);
});

test("what was read is kept for as many months as that setting says, and its days are remembered", async () => {
  await db.query(
    `create table holdfast.access_log_2020_01 partition of holdfast.access_log for values from ('2020-01-01Z') to ('2020-02-01Z')`,
  );
  await db.query(
    `insert into holdfast.access_log (id, action, occurred_at, last_at) select holdfast.uuid7(), 'file.download', at, at
     from unnest(array['2020-01-15Z', '2021-01-15Z', now()::text]::timestamptz[]) at`,
  );
  await db.query(
    `insert into holdfast.audit_days (log, day, rows, hash, head)
     values ('reads', '2020-01-15', 1, '', ''), ('reads', (now() at time zone 'UTC')::date, 1, '', ''), ('changes', '2020-01-15', 1, '', '')`,
  );
  await run(0, 6);
  expect(await count("holdfast.access_log")).toBe(1);
  const { rows } = await db.query(
    "select log, day::text, removed_by from holdfast.audit_days where removed_at is not null",
  );
  expect(rows).toEqual([{ log: "reads", day: "2020-01-15", removed_by: "retention" }]);
  expect((await db.query("select to_regclass('holdfast.access_log_2020_01') as gone")).rows).toEqual([{ gone: null }]);
});

test("of a user's answers to idempotency keys the newest are kept", async () => {
  await db.query("insert into auth.users (id, email, created_at) values (holdfast.uuid7(), 'many@example.org', now())");
  await db.query(
    `insert into holdfast.idempotency_keys (user_id, key, request_hash, answer, created_at)
     select u.id, n::text, '', '', now() - make_interval(secs => n / 10.0) from holdfast.users u, generate_series(1, 50010) n`,
  );
  await run(0);
  expect(await count("holdfast.idempotency_keys")).toBe(50_000);
  expect(await count("holdfast.idempotency_keys where key in ('1', '50000')")).toBe(2);
});

test("what anybody can cause is noted so often in an hour", () => {
  const mayNote = createHourlyBudget(3);
  const at = (minutes: number) => new Date(minutes * 60_000);
  expect([1, 2, 3, 4, 59].map((minutes) => mayNote(at(minutes)))).toEqual([true, true, true, false, false]);
  expect(mayNote(at(60))).toBe(true);
});
