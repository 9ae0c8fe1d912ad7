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
const daysAgo = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);
const days = [daysAgo(5), daysAgo(4), daysAgo(3)] as const;
const [first, second, last] = days;

async function seal(): Promise<void> {
  const context = { signal: new AbortController().signal, log: pino({ level: "silent" }) };
  for (const job of sealJobs({ db })) await job.run({}, context);
}

/** Entries of three days, and seals of them and of the days since. */
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
  expect(before.has(`reads ${last}`)).toBe(true);
  // Today is not over.
  expect(before.has(`changes ${new Date().toISOString().slice(0, 10)}`)).toBe(false);
  await seal();
  expect(await heads()).toEqual(before);
  const verified = await verify(before);
  expect(verified).toMatchObject({ rows: 60, removedDays: 0, findings: [], compared: before.size });
});

test("a row is hashed as the document says", async () => {
  const at = `${first}T01:00:00.000000`;
  const fields = [null, null, "file.upload", "ok", null, "file 1", "192.0.2.7", null, null, null, '{"a": "ä", "b": 1}'];
  const { rows } = await db.query<{ text: string }>(
    "select holdfast.log_row_text(l) as text from holdfast.log_entries l where log = 'changes' order by id limit 1",
  );
  const id = (JSON.parse(rows[0]?.text ?? "[]") as string[])[0] as string;
  expect(JSON.parse(rows[0]?.text ?? "")).toEqual([id, at, at, 1, ...fields]);
  const read = await db.transaction((tx) => hashDay(tx, "changes", first));
  expect(read.rows).toBe(10);
  const rowhash = createHash("sha256")
    .update(rows[0]?.text ?? "")
    .digest();
  expect(read.prints.subarray(0, 16)).toEqual(
    Buffer.concat([Buffer.from(id.replaceAll("-", "").slice(0, 16), "hex"), rowhash.subarray(0, 8)]),
  );
});

const idOf = async (table: string, where: string) =>
  (await db.query<{ id: string }>(`select id from holdfast.${table} where ${where}`)).rows[0]?.id.slice(
    0,
    18,
  ) as string;

test.each(["audit_log", "access_log"])("one row of %s that is changed, missing or added is named", async (table) => {
  const log = table === "audit_log" ? "changes" : "reads";
  const day = second;
  const row = await idOf(table, third(day));
  const found = async () => (await verify()).findings;
  await db.query(`update holdfast.${table} set target_name = 'another' where ${third(day)}`);
  expect(await found()).toEqual([{ log, day, kind: "changed", row }]);
  await db.query(`update holdfast.${table} set target_name = 'file 3' where ${third(day)}`);
  expect(await found()).toEqual([]);

  const { rows } = await db.query<{ kept: string }>(
    `delete from holdfast.${table} t where ${third(day)} returning row_to_json(t)::text as kept`,
  );
  expect(await found()).toEqual([{ log, day, kind: "missing", row }]);
  await db.query(
    `insert into holdfast.${table} select * from json_populate_record(null::holdfast.${table}, $1::json)`,
    [rows[0]?.kept],
  );
  expect(await found()).toEqual([]);

  const more = JSON.stringify({
    ...JSON.parse(rows[0]?.kept ?? ""),
    id: `${row.slice(0, 8)}-${row.slice(9, 13)}-7fff-8000-000000000009`,
  });
  await db.query(
    `insert into holdfast.${table} select * from json_populate_record(null::holdfast.${table}, $1::json)`,
    [more],
  );
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
  await db.query("update holdfast.audit_days set rows = $2, hash = $3, head = $4 where log = 'changes' and day = $1", [
    day,
    read.rows,
    read.hash,
    head,
  ]);
}

test("a day's seal that was rewritten does not continue the chain; a whole chain that was is not that of the backup", async () => {
  const before = await heads();
  await db.query(`delete from holdfast.audit_log where ${third(second)}`);
  await forge(second);
  expect((await verify()).findings).toEqual([{ log: "changes", day: last, kind: "seal", row: null }]);

  const { rows } = await db.query<{ day: string }>(
    "select day::text from holdfast.audit_days where log = 'changes' and day > $1 order by day",
    [second],
  );
  for (const { day } of rows) await forge(day);
  expect((await verify()).findings).toEqual([]);
  expect((await verify(before)).findings[0]).toEqual({ log: "changes", day: second, kind: "backup", row: null });
});

test("a day that has no seal any more, and rows where none can be", async () => {
  await db.query("delete from holdfast.audit_days where log = 'reads' and day = $1", [second]);
  const kinds = (await verify()).findings.map(({ day, kind }) => `${day} ${kind}`);
  expect(kinds).toEqual([`${second} gap`, `${last} seal`]);
  await db.query(
    "insert into holdfast.audit_log (id, occurred_at, action) values (gen_random_uuid(), '2025-12-24Z', 'file.upload')",
  );
  expect((await verify()).findings[0]).toMatchObject({ day: "2025-12-24", kind: "unsealed" });
});

test("what was removed is remembered, and told where it was before its time", async () => {
  await db.query("delete from holdfast.access_log");
  const removed = (by: string) =>
    db.query("update holdfast.audit_days set removed_at = now(), removed_by = $1 where log = 'reads'", [by]);
  await removed("restore");
  const verified = await verifyLog(db, { months: { changes: 24, reads: 24 }, backedUp: await heads() });
  expect(verified).toMatchObject({ findings: [], rows: 30, removedDays: 0 });
  expect(verified.notRestored).toBeGreaterThanOrEqual(3);
  await removed("retention");
  expect(await verify()).toMatchObject({ findings: [], notRestored: 0 });
  const early = await verifyLog(db, { months: { changes: 24, reads: 24 }, backedUp: null });
  expect(early.findings).toEqual([{ log: "reads", day: first, kind: "removed", row: null }]);
});
