import { afterAll, beforeAll, expect, test } from "vitest";
import { adminListLogs, adminSetLogLevel } from "../../../packages/contract/src/index.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const list = (query: Parameters<typeof find>[0] = {}) => find(query);
function find(query: {
  q?: string;
  level?: "warn" | "error";
  requestId?: string;
  limit?: number;
  cursor?: string;
  part?: string;
}) {
  return server.admin.call(adminListLogs, { query });
}

test("what went wrong is found by its text, its level and its request", async () => {
  server.services.log.child({ reqId: "request-0001" }).error({ err: new Error("100%_odd") }, "a strange failure");
  await eventually(async () => (await list({ q: "strange failure" })).items.length === 1);
  const [found] = (await list({ q: "100%_odd" })).items;
  expect(found).toMatchObject({
    level: "error",
    part: "test",
    message: "a strange failure",
    requestId: "request-0001",
  });
  expect((await list({ requestId: "request-0001" })).items).toHaveLength(1);
  expect((await list({ requestId: "request-0002" })).items).toEqual([]);
  expect((await list({ q: "100%xodd" })).items).toEqual([]);
  expect((await list({ part: "worker" })).items).toEqual([]);
});

test("pages follow each other without a gap", async () => {
  for (let i = 0; i < 5; i++) server.services.log.error({ i }, `page ${"abcde"[i]}`);
  await eventually(async () => (await list({ q: "page " })).items.length === 5);
  const first = await list({ q: "page ", limit: 2 });
  const second = await list({ q: "page ", limit: 3, cursor: first.nextCursor as string });
  expect([...first.items, ...second.items].map(({ message }) => message).sort()).toEqual(
    ["a", "b", "c", "d", "e"].map((letter) => `page ${letter}`),
  );
  expect(second.nextCursor).toBe(null);
});

test("the level changes for a while, and can be set back", async () => {
  const { log } = server.services;
  const usual = log.level;
  expect((await list()).logLevel).toMatchObject({ level: usual, until: null });
  const set = await server.admin.call(adminSetLogLevel, { body: { level: "debug", minutes: 5 } });
  expect(set).toMatchObject({ level: "debug", usual });
  expect(log.level).toBe("debug");
  await server.admin.call(adminSetLogLevel, { body: { level: "debug", minutes: 0 } });
  expect(log.level).toBe(usual);
});
