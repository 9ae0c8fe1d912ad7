import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { type Migration, MigrationError, migrate } from "./migrate.ts";

/** A migration beside a program that uses the tables, and one that is killed in the middle. */
let database: TestDatabase;
const clients: pg.Client[] = [];
beforeEach(async () => {
  database = await createDatabase();
  await migrate(database.url, [one]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
  await database.drop();
});

const one: Migration = {
  version: "20260101000000",
  name: "one",
  sql: "create table a (n int); insert into a values (1)",
};
const two: Migration = { version: "20260102000000", name: "two", sql: "alter table a add column m int" };

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  clients.push(client);
  return client;
}

test("waits for a lock in short turns, so that others pass in between", async () => {
  const holder = await connect();
  await holder.query("begin; select n from a");
  const migrating = migrate(database.url, [one, two], { lockTimeoutMs: 150 });
  // Each of these would stand behind the migration for as long as the holder holds.
  const reader = await connect();
  for (let i = 0; i < 10; i++) {
    expect((await reader.query("select n from a")).rows).toEqual([{ n: 1 }]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await holder.query("commit");
  expect(await migrating).toEqual([two.version]);
});

test("gives up with a sentence where the lock is never free, and has changed nothing", async () => {
  const holder = await connect();
  await holder.query("begin; select n from a");
  const refused = await migrate(database.url, [one, two], { lockTimeoutMs: 50, patienceMs: 300 }).catch(
    (error) => error,
  );
  expect(refused).toBeInstanceOf(MigrationError);
  expect(refused.message).toMatch(/20260102000000_two.*kept a table locked.*doctor/);
  expect((await holder.query("select * from a")).rows).toEqual([{ n: 1 }]);
  await holder.query("commit");
  expect(await migrate(database.url, [one, two])).toEqual([two.version]);
});

test("killed in the middle of a migration: nothing of it is left, what ran continues, and the next start finishes", async () => {
  const child = fork(join(import.meta.dirname, "killed-migration.fixture.ts"), [database.url], { stdio: "inherit" });
  await once(child, "message");
  const watcher = await connect();
  await expect
    .poll(
      async () =>
        (
          await watcher.query(
            "select from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()",
          )
        ).rowCount,
    )
    .toBe(1);
  child.kill("SIGKILL");
  await once(child, "exit");
  // Within moments, not when the ten minutes are over: lock and transaction have ended with the process.
  expect(await migrate(database.url, [one, two])).toEqual([two.version]);
  expect((await watcher.query("select n, m from a")).rows).toEqual([{ n: 1, m: null }]);
  expect((await watcher.query("select to_regclass('half') as half")).rows).toEqual([{ half: null }]);
});
