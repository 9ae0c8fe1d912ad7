import { createHash } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../database/database.ts";
import { createPool } from "../../database/pool.ts";
import { hashDay, headOf, noHead } from "./chain.ts";
import { sealJobs } from "./seal-days.ts";
import { verifyLog } from "./verify-log.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 3, name: "test", onError: () => {} }));
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

/** The third of ten entries of a day. */
const third = (day: string) => `occurred_at = '${day}T03:00:00Z'`;
const days = ["2026-01-01", "2026-01-02", "2026-01-03"];

async function seal(): Promise<void> {
  const context = { signal: new AbortController().signal, log: pino({ level: "silent" }) };
  for (const job of sealJobs({ db })) await job.run({}, context);
}

/** Entries of three days in January, and seals of all days since. */
beforeEach(async () => {
  await db.query("truncate holdfast.audit_log, holdfast.access_log, holdfast.audit_days, holdfast.audit_prints");
  for (const [table, more] of [
    ["audit_log", ""],
    ["access_log", ", last_at"],
  ]) {
    await db.query(
      `insert into holdfast.${table} (id, occurred_at, action, target_name, ip, detail${more})
       select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(hour::text, 12, '0'))::uuid, at,
         'file.upload', 'file ' || hour, '192.0.2.7', '{"b": 1, "a": "ä"}'${more && ", at"}
       from unnest($1::date[]) day, generate_series(1, 10) hour, lateral (select day::timestamp at time zone 'UTC' + make_interval(hours => hour) as at) t`,
      [days],
    );
  }
  await seal();
});

const months = { changes: 0, reads: 0 };
const verify = (backedUp: Map<string, string> | null = null) => verifyLog(db, { months, backedUp });
async function heads(): Promise<Map<string, string>> {
  const { rows } = await db.query<{ key: string; head: string }>(
    "select log || ' ' || day as key, encode(head, 'hex') as head from holdfast.audit_days",
  );
  return new Map(rows.map(({ key, head }) => [key, head]));
}

test("what nobody touched is as it was sealed, and sealing again changes nothing", async () => {
  const before = await heads();
  expect(before.has("reads 2026-01-03")).toBe(true);
  // Today is not over.
  expect(before.has(`changes ${new Date().toISOString().slice(0, 10)}`)).toBe(false);
  await seal();
  expect(await heads()).toEqual(before);
  const verified = await verify(before);
  expect(verified).toMatchObject({ rows: 60, removedDays: 0, findings: [], compared: before.size });
});

test("a row is hashed as the document says", async () => {
  const text = JSON.stringify([
    ...["019b75d3-4680-7000-8000-000000000001", "2026-01-01T01:00:00.000000", "2026-01-01T01:00:00.000000", 1],
    ...[null, null, "file.upload", "ok", null, "file 1", "192.0.2.7", null, null, null, '{"a": "ä", "b": 1}'],
  ]).replaceAll(",", ", ");
  const { rows } = await db.query<{ text: string }>(
    "select holdfast.log_row_text(l) as text from holdfast.log_entries l where log = 'changes' order by id limit 1",
  );
  const id = (JSON.parse(rows[0]?.text ?? "[]") as string[])[0] as string;
  expect(JSON.parse(rows[0]?.text ?? "")).toEqual([id, ...(JSON.parse(text) as unknown[]).slice(1)]);
  const first = await db.transaction((tx) => hashDay(tx, "changes", "2026-01-01"));
  expect(first.rows).toBe(10);
  const rowhash = createHash("sha256").update(rows[0]?.text ?? "").digest();
  expect(first.prints.subarray(0, 16)).toEqual(
    Buffer.concat([Buffer.from(id.replaceAll("-", "").slice(0, 16), "hex"), rowhash.subarray(0, 8)]),
  );
});

const idOf = async (table: string, where: string) =>
  (await db.query<{ id: string }>(`select id from holdfast.${table} where ${where}`)).rows[0]?.id.slice(0, 18) as string;

test.each(["audit_log", "access_log"])("one row of %s that is changed, missing or added is named", async (table) => {
  const log = table === "audit_log" ? "changes" : "reads";
  const [, day = ""] = days;
  const row = await idOf(table, third(day));
  const found = async () => (await verify()).findings;
  await db.query(`update holdfast.${table} set target_name = 'another' where ${third(day)}`);
  expect(await found()).toEqual([{ log, day, kind: "changed", row }]);
  await db.query(`update holdfast.${table} set target_name = 'file 3' where ${third(day)}`);
  expect(await found()).toEqual([]);

  const { rows } = await db.query<{ kept: string }>(`delete from holdfast.${table} t where ${third(day)} returning row_to_json(t)::text as kept`);
  expect(await found()).toEqual([{ log, day, kind: "missing", row }]);
  await db.query(`insert into holdfast.${table} select * from json_populate_record(null::holdfast.${table}, $1::json)`, [rows[0]?.kept]);
  expect(await found()).toEqual([]);

  const more = JSON.stringify({ ...JSON.parse(rows[0]?.kept ?? ""), id: `${row.slice(0, 8)}-${row.slice(9, 13)}-7fff-8000-000000000009` });
  await db.query(`insert into holdfast.${table} select * from json_populate_record(null::holdfast.${table}, $1::json)`, [more]);
  expect(await found()).toEqual([{ log, day, kind: "added", row: `${row.slice(0, 13)}-7fff` }]);
});

/** As somebody does who can write to the database and has read the document: the seal of this day fits its rows again. */
async function forge(day: string): Promise<void> {
  const { rows } = await db.query<{ head: Buffer }>(
    "select head from holdfast.audit_days where log = 'changes' and day = $1::date - 1",
    [day],
  );
  const { prints: _prints, ...read } = await db.transaction((tx) => hashDay(tx, "changes", day));
  const head = headOf(rows[0]?.head ?? noHead, "changes", { day, ...read });
  await db.query(
    "update holdfast.audit_days set rows = $2, hash = $3, head = $4 where log = 'changes' and day = $1",
    [day, read.rows, read.hash, head],
  );
}

test("a day's seal that was rewritten does not continue the chain; a whole chain that was is not that of the backup", async () => {
  const before = await heads();
  await db.query(`delete from holdfast.audit_log where ${third("2026-01-02")}`);
  await forge("2026-01-02");
  expect((await verify()).findings).toEqual([{ log: "changes", day: "2026-01-03", kind: "seal", row: null }]);

  const { rows } = await db.query<{ day: string }>(
    "select day::text from holdfast.audit_days where log = 'changes' and day > '2026-01-02' order by day",
  );
  for (const { day } of rows) await forge(day);
  expect((await verify()).findings).toEqual([]);
  const [first] = (await verify(before)).findings;
  expect(first).toEqual({ log: "changes", day: "2026-01-02", kind: "backup", row: null });
});

test("a day that has no seal any more, and rows where none can be", async () => {
  await db.query("delete from holdfast.audit_days where log = 'reads' and day = '2026-01-02'");
  const kinds = (await verify()).findings.map(({ day, kind }) => `${day} ${kind}`);
  expect(kinds).toEqual(["2026-01-02 gap", "2026-01-03 seal"]);
  await db.query("insert into holdfast.audit_log (id, occurred_at, action) values (gen_random_uuid(), '2025-12-24Z', 'file.upload')");
  expect((await verify()).findings[0]).toMatchObject({ day: "2025-12-24", kind: "unsealed" });
});

test("what retention removed is remembered, and what was removed before its time is told", async () => {
  await db.query("select holdfast.drop_old_log('reads', 1)");
  const verified = await verify(await heads());
  expect(verified).toMatchObject({ findings: [], rows: 30 });
  expect(verified.removedDays).toBeGreaterThan(200);
  const early = await verifyLog(db, { months: { changes: 24, reads: 24 }, backedUp: null });
  expect(early.findings).toEqual([{ log: "reads", day: "2026-01-01", kind: "removed", row: null }]);
});
