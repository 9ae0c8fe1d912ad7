import { afterAll, beforeAll, expect, test } from "vitest";
import { adminHealth, adminSetMaintenance, recoveryKit } from "../../../packages/contract/src/index.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ PUBLIC_URL: "https://files.example.org" });
});
afterAll(() => server.close());

async function look(headers: Record<string, string> = {}) {
  const answer = await server.admin.fetch(adminHealth.path, { headers });
  expect(answer.status).toBe(200);
  return adminHealth.result.parse(await answer.json());
}
const check = async (id: string, headers = {}) => (await look(headers)).checks.find((each) => each.id === id);

test("a new installation: it serves, and what nobody has done yet has a remedy and a button", async () => {
  const { state, checks } = await look();
  expect(state).toBe("problem");
  for (const id of ["database", "storage", "worker", "disk", "clock", "node"])
    expect(checks.find((each) => each.id === id)).toMatchObject({ state: "ok", remedy: null, action: null });
  expect(checks[0]).toMatchObject({ id: "last-backup", state: "problem", action: "back_up" });
  // The folder of the built-in target is not there before the first backup, and will be on this disk.
  expect(checks.find(({ id }) => id === "backup-places")).toMatchObject({ state: "notice" });
  expect(checks.find(({ id }) => id === "recovery-kit")).toMatchObject({ state: "warning", action: "recovery_kit" });
  for (const each of checks.filter((one) => one.state !== "ok")) expect(each.remedy).toMatch(/\S/);
});

test("what was done is no longer asked for", async () => {
  await server.admin.fetch(recoveryKit.path);
  expect(await check("recovery-kit")).toMatchObject({ state: "ok" });
});

test("a proxy that no setting knows of is shown, not only logged", async () => {
  expect(await check("trust-proxy")).toMatchObject({ state: "ok" });
  await fetch(`${server.url}/healthz`, { headers: { "x-forwarded-for": "203.0.113.9" } });
  const found = await eventually(async () => {
    const now = await check("trust-proxy");
    return now?.state === "warning" ? now : null;
  });
  expect(found.sentence).toMatch(/came through a proxy, but TRUST_PROXY is off/);
});

test("another address than PUBLIC_URL is named", async () => {
  // From this machine itself it is no wonder.
  expect(await check("public-url")).toMatchObject({ state: "ok" });
  const { hostname, port } = new URL(server.url);
  const answer = await new Promise<string>((resolve, reject) => {
    void import("node:http").then(({ get }) =>
      get(
        { hostname, port, path: adminHealth.path, headers: { ...server.admin.headers, host: "other.example.org" } },
        (response) => {
          let text = "";
          response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
        },
      ).on("error", reject),
    );
  });
  const { checks } = adminHealth.result.parse(JSON.parse(answer));
  expect(checks.find(({ id }) => id === "public-url")?.sentence).toContain("http://other.example.org");
});

test("maintenance mode is shown with the way out of it", async () => {
  await server.admin.call(adminSetMaintenance, { body: { on: true } });
  expect(await check("maintenance")).toMatchObject({ state: "notice", action: "end_maintenance" });
  await server.admin.call(adminSetMaintenance, { body: { on: false } });
  expect(await check("maintenance")).toBe(undefined);
});
