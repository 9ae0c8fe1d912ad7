import pg from "pg";
import { expect, test } from "vitest";
import { createDatabase, createTemplate } from "./database.ts";

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

test("each test file gets a database of its own, cloned from a template that is built once", async () => {
  let built = 0;
  const build = async (url: string) => {
    built += 1;
    await run(url, "create table t (n int); insert into t values (1)");
  };
  const [template] = await Promise.all([createTemplate("support_self", build), createTemplate("support_self", build)]);
  expect(built).toBe(1);
  const [one, two] = await Promise.all([createDatabase(template), createDatabase(template)]);
  await run(one.url, "insert into t values (2)");
  expect(await run(one.url, "select n from t order by n")).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await run(two.url, "select n from t")).toEqual([{ n: 1 }]);
  await Promise.all([one.drop(), two.drop()]);
  await expect(run(one.url, "select 1")).rejects.toThrow("does not exist");
});
