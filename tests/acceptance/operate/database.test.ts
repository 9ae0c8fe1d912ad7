import { afterAll, beforeAll, expect, test } from "vitest";
import { adminDatabase, adminListNodes, adminUpdates } from "../../../packages/contract/src/index.ts";
import { startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test("the database says how large it is, what it is made of, and what it does", async () => {
  await server.admin.put("a.txt", "bytes");
  const report = adminDatabase.result.parse(await server.admin.call(adminDatabase));
  expect(report.sizeBytes).toBeGreaterThan(1_000_000);
  expect(report.connections.used).toBeGreaterThan(0);
  expect(report.connections.most).toBeGreaterThan(report.connections.used);
  const names = report.tables.map(({ name }) => name);
  expect(names).toContain("holdfast.files");
  // Partitions count for their table.
  expect(names.filter((name) => /audit_log_\d|log_lines_\d/.test(name))).toEqual([]);
  const sizes = report.tables.map(({ tableBytes, indexBytes }) => tableBytes + indexBytes);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  const audit = report.partitions.find(({ table }) => table === "audit_log");
  expect(audit).toMatchObject({
    made: expect.any(Number),
    until: expect.stringMatching(/^\d{4}_\d{2}$/),
    strayRows: 0,
  });
  expect(report.partitions.find(({ table }) => table === "log_lines")?.until).toMatch(/^\d{4}_\d{2}_\d{2}$/);
});

test("slow statements are shown without values, or it is said how to have them", async () => {
  const { pool } = server.services;
  const without = await server.admin.call(adminDatabase);
  expect(without.statements.items).toEqual([]);
  expect(without.statements.explanation).toContain("shared_preload_libraries");
  // The cluster of the tests is the embedded one, which counts them.
  await pool.query("create extension pg_stat_statements");
  await pool.query("select pg_sleep(0.05), 'a secret value' as told");
  const { statements } = await server.admin.call(adminDatabase);
  expect(statements.explanation).toBe(null);
  expect(statements.items.find(({ text }) => text.includes("pg_sleep"))).toMatchObject({ calls: 1 });
  expect(JSON.stringify(statements)).not.toContain("secret value");
});

test("the processes are listed, and go when they end", async () => {
  const { items } = await server.admin.call(adminListNodes);
  expect(items).toMatchObject([{ role: "worker", alive: true, pid: process.pid, nodeVersion: process.versions.node }]);
  expect(items[0]?.memoryTotal).toBeGreaterThan(items[0]?.memoryUsed as number);
  const first = items[0]?.id;
  await server.restartWorker();
  const next = (await server.admin.call(adminListNodes)).items;
  expect(next).toHaveLength(1);
  expect(next[0]?.id).not.toBe(first);
});

test("the version and the schema are told", async () => {
  const updates = await server.admin.call(adminUpdates);
  expect(updates).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    schema: { pending: [], newer: [] },
  });
  expect(updates.schema.version).toMatch(/^\d{14}$/);
  await server.services.pool.query(
    "insert into supabase_migrations.schema_migrations (version, name) values ('29990101000000', 'holdfast_later')",
  );
  expect((await server.admin.call(adminUpdates)).schema.newer).toEqual(["29990101000000_holdfast_later"]);
});
