import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../database/database.ts";
import { createPool } from "../database/pool.ts";
import { keepPartitions, rollUp } from "./roll-up.ts";
import { createTraffic } from "./traffic.ts";

const log = pino({ level: "silent" });
let database: TestDatabase;
let db: Database;
let now: Date;
beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 3, name: "test", onError: () => {} }));
});
afterAll(async () => {
  await db.end();
  await database.drop();
});
afterEach(() =>
  db.query(
    "truncate holdfast.traffic_minutes, holdfast.traffic_hours, holdfast.traffic_days, holdfast.gauge_minutes, holdfast.gauge_hours, holdfast.gauge_days, holdfast.statistics_due",
  ),
);

const processOf = (relaxed: Pick<Database, "query"> = db) =>
  createTraffic({ relaxed, clock: { now: () => now }, log, sampler: () => async () => {} });
const answer = { operation: "listFiles", status: 200, ms: 10, bytesUp: 100, bytesDown: 1000 };
const at = (time: string) => new Date(`2026-11-30T${time}Z`);
const rows = async (text: string) => (await db.query(text)).rows;
const sums = (of: string) =>
  rows(`select operation, sum(requests)::int as requests, sum(server_errors)::int as errors from holdfast.traffic_${of}
    group by operation order by operation`);
const roll = () => rollUp(db, new AbortController().signal);

test("several processes add up: minutes to hours to days, and what took how long", async () => {
  for (const minute of ["10:05:10", "10:06:20", "11:00:00"]) {
    now = at(minute);
    const [one, other] = [processOf(), processOf()];
    one.answered(answer);
    other.answered({ ...answer, status: 500, ms: 1000 });
    other.count("signIn.success");
    for (const process of [one, other]) await process.write(true);
  }
  await roll();
  const all = [
    { operation: "*", requests: 6, errors: 3 },
    { operation: "listFiles", requests: 6, errors: 3 },
  ];
  for (const of of ["minutes", "hours", "days"]) expect(await sums(of)).toEqual(all);
  expect(await rows("select counts from holdfast.traffic_days where operation = '*'")).toEqual([
    { counts: ["3", "3"] },
  ]);
  expect(await rows("select sum, n::int as n from holdfast.gauge_days where name = 'signIn.success'")).toEqual([
    { sum: 3, n: 3 },
  ]);
});

test("a minute is written when it is over, once, and in one statement for all that is over", async () => {
  const texts: unknown[] = [];
  const process = processOf({
    query: (async (...of: Parameters<Database["query"]>) => (texts.push(of), db.query(...of))) as Database["query"],
  });
  now = at("10:05:10");
  process.answered(answer);
  await process.write();
  expect(texts).toHaveLength(0);
  now = at("10:06:10");
  process.answered(answer);
  now = at("10:07:10");
  await process.write();
  await process.write();
  expect(texts).toHaveLength(1);
  expect(await sums("minutes")).toEqual([
    { operation: "*", requests: 2, errors: 0 },
    { operation: "listFiles", requests: 2, errors: 0 },
  ]);
});

test("while the database is away minutes wait, the newest hour of them; what was saved in spite of an error is saved once", async () => {
  let away = true;
  const process = processOf({
    query: (async (...of: Parameters<Database["query"]>) => {
      if (of[0] && away) {
        await db.query(...of);
        throw new Error("the connection broke");
      }
      return db.query(...of);
    }) as Database["query"],
  });
  for (let minute = 0; minute < 70; minute++) {
    now = new Date(at("10:00:00").getTime() + minute * 60_000);
    process.answered(answer);
  }
  now = at("12:00:00");
  await process.write();
  away = false;
  await process.write();
  expect((await sums("minutes"))[0]).toEqual({ operation: "*", requests: 60, errors: 0 });
});

test("a minute that comes late is in its hour and day, and to sum up again changes nothing", async () => {
  now = at("10:05:00");
  const late = processOf();
  late.answered(answer);
  const punctual = processOf();
  punctual.answered(answer);
  await punctual.write(true);
  await roll();
  now = at("15:00:00");
  await late.write();
  await roll();
  expect((await sums("days"))[0]).toEqual({ operation: "*", requests: 2, errors: 0 });
  await db.query("insert into holdfast.statistics_due values ('2026-11-30T10:00Z')");
  await Promise.all([roll(), roll()]);
  for (const of of ["hours", "days"]) expect((await sums(of))[0]).toEqual({ operation: "*", requests: 2, errors: 0 });
});

test("a minute that is being written while its hour is summed up is not left out", async () => {
  now = at("10:05:00");
  const first = processOf();
  first.answered(answer);
  await first.write(true);
  const client = await db.connect();
  const second = processOf(client as unknown as Database);
  second.answered(answer);
  await client.query("begin");
  await second.write(true);
  const rolling = roll();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await client.query("commit");
  client.release();
  await rolling;
  await roll();
  expect((await sums("hours"))[0]).toEqual({ operation: "*", requests: 2, errors: 0 });
});

test("what is past its time goes by whole months, minutes before hours before days", async () => {
  for (const of of ["minutes", "hours", "days"]) {
    const process = of === "minutes" ? ", process" : "";
    const value = of === "minutes" ? ", 'p'" : "";
    await db.query(
      `insert into holdfast.traffic_${of} (at, operation${process}, requests, client_errors, server_errors, bytes_up, bytes_down, buckets, counts)
       select date_trunc('month', now()) - make_interval(months => m), '*'${value}, 1, 0, 0, 0, 0, '{}', '{}' from unnest(array[0, 3, 5, 12, 20, 30]) m`,
    );
  }
  await keepPartitions(db);
  const left = await Promise.all(["minutes", "hours", "days"].map(async (of) => (await sums(of))[0]?.requests));
  expect(left).toEqual([2, 4, 5]);
});
