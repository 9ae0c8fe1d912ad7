import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { type Migration, MigrationError, migrate, ownName, readMigrations } from "./migrate.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

const one: Migration = {
  version: "20260101000000",
  name: "one",
  sql: "create table a (n int); create table b (n int);",
};
const two: Migration = { version: "20260102000000", name: "holdfast_two", sql: "insert into a values (1)" };

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return (await client.query(text).finally(() => client.end())).rows;
}
const history = () =>
  query("select version, name, statements from supabase_migrations.schema_migrations order by version");

test("applies each file once, in order, and records it as the Supabase CLI does", async () => {
  expect(await migrate(database.url, [one])).toEqual([one.version]);
  expect(await migrate(database.url, [one, two])).toEqual([two.version]);
  expect(await migrate(database.url, [one, two])).toEqual([]);
  expect(await query("select n from a")).toEqual([{ n: 1 }]);
  expect(await history()).toEqual([
    { version: one.version, name: "one", statements: [one.sql] },
    { version: two.version, name: "holdfast_two", statements: [two.sql] },
  ]);
});

test("leaves alone what `supabase db push` has applied", async () => {
  await query("create schema supabase_migrations");
  await query("create table supabase_migrations.schema_migrations (version text not null primary key)");
  await query("alter table supabase_migrations.schema_migrations add column statements text[], add column name text");
  await query(`insert into supabase_migrations.schema_migrations values ('${one.version}', '{select}', 'one')`);
  await query("create table a (n int)");
  expect(await migrate(database.url, [one, two])).toEqual([two.version]);
});

test("several servers that start at once apply everything exactly once", async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => migrate(database.url, [one, two])));
  expect(all.flat().sort()).toEqual([one.version, two.version]);
  expect(await query("select n from a")).toEqual([{ n: 1 }]);
});

test("a file that fails leaves no trace of itself, and those before it stay", async () => {
  const broken: Migration = { version: "20260103000000", name: "broken", sql: "insert into a values (2); select 1/0" };
  const failure = migrate(database.url, [one, two, broken]);
  await expect(failure).rejects.toBeInstanceOf(MigrationError);
  await expect(failure).rejects.toThrow("20260103000000_broken): division by zero.");
  expect(await query("select n from a")).toEqual([{ n: 1 }]);
  expect(await history()).toHaveLength(2);
});

test("refuses a database that a newer Holdfast has used, and changes nothing", async () => {
  await migrate(database.url, [one, two]);
  await expect(migrate(database.url, [one])).rejects.toThrow(
    "was last used by a newer Holdfast (it has migration 20260102000000",
  );
  expect(await history()).toHaveLength(2);
});

test("a later migration of another program in the same project stops nothing", async () => {
  await migrate(database.url, [one]);
  const others = `('20991231235959', '{select}', 'blog_posts'), ('20991231235958', '{select}', null)`;
  await query(`insert into supabase_migrations.schema_migrations values ${others}`);
  expect(await migrate(database.url, [one, two])).toEqual([two.version]);
});

test("every later file of ours is known by its name, to those who come before it", () => {
  const names = readMigrations("supabase/migrations").filter(
    ({ version }) => version > "20261129" || version === "20261128000800",
  );
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter(({ name }) => !name.startsWith(ownName))).toEqual([]);
});

test("reads the files of the repository in the order of their versions", () => {
  const versions = readMigrations("supabase/migrations").map(({ version }) => version);
  expect(versions.length).toBeGreaterThan(0);
  expect(versions).toEqual([...new Set(versions)].sort());
});
