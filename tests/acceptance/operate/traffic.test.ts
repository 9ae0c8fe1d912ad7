import { afterAll, beforeAll, expect, test } from "vitest";
import { adminTraffic, listFiles, login, type Traffic } from "../../../packages/contract/src/index.ts";
import { seedStatistics } from "../../support/operate/seed-statistics.ts";
import { testPassword } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** What was counted until now, as if the minute were over. */
async function traffic(query: { from?: string; to?: string; step?: "60" | "300" | "3600" } = {}): Promise<Traffic> {
  await server.services.traffic.write(true);
  await server.runJob("overview.roll-up");
  const to = new Date(Date.now() + 60_000).toISOString();
  return server.admin.call(adminTraffic, { query: { to, ...query } });
}
const of = ({ operations }: Traffic, id: string) => operations.find(({ operation }) => operation === id);

test("requests are counted by operation, with what they carried, how long they took and how they ended", async () => {
  const before = of(await traffic(), "putContent")?.requests ?? 0;
  const bytes = new Uint8Array(300_000);
  const file = await server.admin.put("counted.bin", bytes);
  for (let n = 0; n < 3; n++) {
    const answer = await server.admin.fetch(`/api/v1/files/${file.id}/content`);
    expect((await answer.arrayBuffer()).byteLength).toBe(bytes.length);
  }
  await server.admin.fetch("/api/v1/files/00000000-0000-7000-8000-000000000000/content");
  await server.admin.call(listFiles, {});
  await fetch(`${server.url}/api/v1/no/such/thing/as/this`);
  const seen = await eventually(async () => {
    const now = await traffic();
    return (of(now, "getContent")?.requests ?? 0) >= 4 && (of(now, "unknown")?.requests ?? 0) > 0 ? now : null;
  });
  const put = of(seen, "putContent");
  expect(put?.requests).toBe(before + 1);
  expect(put?.bytesUp).toBeGreaterThan(bytes.length);
  // How long an upload takes is its client's doing.
  expect(put?.p50).toBeNull();
  const get = of(seen, "getContent");
  expect(get).toMatchObject({ requests: 4, clientErrors: 1, serverErrors: 0 });
  expect(get?.bytesDown).toBeGreaterThan(3 * bytes.length);
  expect(get?.bytesDown).toBeLessThan(4 * bytes.length);
  expect(get?.p95).toBeGreaterThan(0);
  expect(of(seen, "unknown")).toMatchObject({ clientErrors: of(seen, "unknown")?.requests });
  const all = seen.operations.reduce((sum, { requests }) => sum + requests, 0);
  expect(seen.total.requests).toBe(all);
  expect(seen.series.requests.reduce((sum, value) => sum + value, 0)).toBe(all);
});

test("nothing that somebody chose is the name of an operation", async () => {
  await fetch(`${server.url}/s/secret-token-of-a-link`);
  await fetch(`${server.url}/api/v1/files/${crypto.randomUUID()}?name=secret`);
  const names = (await traffic()).operations.map(({ operation }) => operation);
  const known = new Set(["pages", "authService", "unknown"]);
  expect(names.filter((name) => !known.has(name) && !/^[a-z][a-zA-Z]+$/.test(name))).toEqual([]);
  expect(JSON.stringify(names)).not.toContain("secret");
});

test("sign-ins are counted by how they ended, and the installation is measured", async () => {
  const { email } = await server.person("anna");
  for (const password of ["wrong one", testPassword]) {
    const body = { email, password, transport: "bearer" as const };
    await fetch(`${server.url}/api/v1/auth/login`, {
      method: login.method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }
  const { gauges } = await traffic();
  const sum = (name: string) =>
    gauges
      .filter((each) => each.name === name)
      .flatMap(({ sum: values }) => values)
      .reduce<number>((total, value) => total + (value ?? 0), 0);
  expect(sum("signIn.invalid_credentials")).toBeGreaterThanOrEqual(1);
  expect(sum("signIn.success")).toBeGreaterThanOrEqual(1);
  expect(sum("databaseBytes")).toBeGreaterThan(1_000_000);
  expect(sum("jobsFailed")).toBe(0);
});

test("what is asked for is bounded, and says how to ask for less", async () => {
  const ask = async (query: Record<string, string>) => {
    const answer = await server.admin.fetch(`/api/v1/admin/stats/traffic?${new URLSearchParams(query)}`);
    return { status: answer.status, ...((await answer.json()) as { code?: string; detail?: string; at?: string[] }) };
  };
  const year = { from: "2025-11-30T00:00:00Z", to: "2026-11-30T00:00:00Z" };
  expect(await ask({ ...year, step: "60" })).toMatchObject({
    status: 400,
    code: "invalid_request",
    detail: expect.stringContaining("shorter time"),
  });
  expect(await ask({ from: year.to, to: year.from })).toMatchObject({ status: 400, code: "invalid_request" });
  expect(await ask({ step: "7" })).toMatchObject({ status: 400 });
  const whole = await ask(year);
  expect(whole.at?.length).toBe(365);
});

test("ninety days are read with the usual of the ninety before", async () => {
  await seedStatistics(server.services.pool, "days", 181);
  const to = new Date();
  const from = new Date(to.getTime() - 90 * 86_400_000).toISOString();
  const answer = await server.admin.call(adminTraffic, { query: { from, to: to.toISOString(), step: "86400" } });
  expect(answer.at.length).toBeGreaterThanOrEqual(90);
  expect(answer.series.requests.filter((value) => value > 0).length).toBeGreaterThanOrEqual(90);
  expect(answer.usual?.requests).toBeGreaterThan(10_000);
  expect(of(answer, "listFiles")?.p95Before).toBeGreaterThan(0);
  expect(answer.total.p50).toBeLessThanOrEqual(answer.total.p95 as number);
});
