import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { createDatabase, type TestDatabase } from "../../support/database.ts";
import { type Product, startProduct } from "../../support/product.ts";

let dataDir: string;
let database: TestDatabase;
const running: Product[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-roles-"));
  database = await createDatabase();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((product) => product.stop()));
  await database.drop();
  await rm(dataDir, { recursive: true });
});

test("two APIs and a worker share one database and one store", async () => {
  const start = async (role: string) => {
    const product = await startProduct({ dataDir, env: { DATABASE_URL: database.url, HOLDFAST_ROLE: role } });
    running.push(product);
    return product;
  };
  const [one, two] = await Promise.all([start("api"), start("api"), start("worker")]);
  for (const { url } of [one, two]) expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(two.setupToken).toBe(one.setupToken);
  // Each says where the first account is made.
  for (const { output } of [one, two]) expect(output()).toContain(`/setup#token=${one.setupToken}`);
  const exits = await Promise.all(running.splice(0).map((product) => product.stop()));
  expect(exits.map(({ code }) => code)).toEqual([0, 0, 0]);
});

test("a database that is not there is told with one sentence", async () => {
  const url = new URL(inject("databaseUrl"));
  url.pathname = "/nowhere";
  const failure = startProduct({ dataDir, env: { DATABASE_URL: url.href, HOLDFAST_ROLE: "api" } });
  await expect(failure).rejects.toThrow(/has no database "nowhere"/);
});
