import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adminGetMaintenance,
  adminSetMaintenance,
  heldInMaintenance,
  type Operation,
  operations,
  publicSettings,
} from "../../../packages/contract/src/index.ts";
import { type Person, signIn } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { ask } from "./ask.ts";
import { authRoutes } from "./auth-routes.ts";
import { everything } from "./everything.ts";
import { type Things, thingsOf, type World } from "./things.ts";

/** Every operation of the contract in maintenance mode: what changes something is refused with nothing changed, and the rest is served. */
let server: TestServer;
let owner: Person;
let world: World;
beforeAll(async () => {
  server = await startServer();
  owner = await server.person("owner");
  world = { server, owner: () => owner };
});
afterAll(() => server.close());

const turn = (on: boolean, more: { message?: string; until?: string } = {}) =>
  server.admin.call(adminSetMaintenance, { body: { on, ...more } });

async function meanwhile<T>(work: () => Promise<T>): Promise<T> {
  await turn(true, { message: "New disks" });
  try {
    return await work();
  } finally {
    await turn(false);
  }
}

const named = (list: readonly Operation[]) =>
  list.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

/** Of people's own; everything else is refused before anybody looks at what it names. */
async function thingsFor(operation: Operation): Promise<Things> {
  if (operation.access === "signed-in") return thingsOf(world, operation);
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, randomUUID()]);
  return { params: Object.fromEntries(names) };
}

test("every operation that changes files, links or accounts is held, and no other", () => {
  const held = operations.filter(heldInMaintenance).map(({ id }) => id);
  for (const id of [
    "putContent",
    "createUpload",
    "patchUpload",
    "createShare",
    "register",
    "deleteMe",
    "restoreBackup",
  ])
    expect(held).toContain(id);
  for (const id of ["login", "refresh", "getContent", "createBackup", "adminUpdateUser", "adminSetMaintenance"])
    expect(held).not.toContain(id);
  // What nobody has thought about is held.
  expect(heldInMaintenance({ method: "POST", access: "signed-in" })).toBe(true);
});

describe.each(named(operations.filter(heldInMaintenance)))("%s", (_name, operation) => {
  test("is refused with the administrator's words, and changes nothing", async () => {
    const things = await thingsFor(operation);
    const headers = operation.access === "signed-in" ? owner.headers : {};
    const before = await everything(server.services.pool);
    const answer = await meanwhile(() => ask(server.url, operation, things, headers));
    expect(answer).toMatchObject({ status: 503, code: "maintenance" });
    expect(answer.text).toContain("New disks.");
    expect(Object.fromEntries(answer.headers)["retry-after"]).toMatch(/^\d+$/);
    expect(await everything(server.services.pool)).toEqual(before);
  });
});

describe.each(named(operations.filter((operation) => !heldInMaintenance(operation))))("%s", (_name, operation) => {
  test("is served", async () => {
    const { headers } = operation.access === "admin" ? server.admin : await signIn(server.url, owner.email);
    const things = await thingsFor(operation);
    const answer = await meanwhile(() => ask(server.url, operation, things, headers));
    expect(answer.code).not.toBe("maintenance");
  });
});

describe("the Auth service's own routes", () => {
  const served = new Set([
    ...["POST /token", "POST /logout", "POST /callback"],
    ...["POST /factors/:factorId/challenge", "POST /factors/:factorId/verify"],
    ...["POST /passkeys/authentication/options", "POST /passkeys/authentication/verify"],
  ]);
  const all = authRoutes.flatMap(({ who, routes }) => routes.map((route) => [route, who] as const));
  test.each(all)("%s", async (route, who) => {
    const [method = "", path = ""] = route.split(" ");
    const isHeld = path === "/verify" || !(method === "GET" || who === "service" || served.has(route));
    const url = `${server.url}/auth/v1${path.replace(/:\w+/g, randomUUID())}`;
    const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
    const answer = await meanwhile(() =>
      fetch(url, { method, headers: { "content-type": "application/json" }, redirect: "manual", ...body }),
    );
    const text = await answer.text();
    expect(text.includes('"error_code":"maintenance"')).toBe(isHeld);
    if (isHeld) expect(answer.status).toBe(503);
  });
});

test("everybody is shown it with message and expected end, and the audit log has begin and end", async () => {
  const settings = async () => (await owner.call(publicSettings)).maintenance;
  expect(await settings()).toBe(null);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await turn(true, { message: "New disks", until });
  expect(await settings()).toEqual({ message: "New disks", until });
  const { maintenance } = await server.admin.call(adminGetMaintenance);
  expect(maintenance).toMatchObject({ by: server.admin.id, message: "New disks", until });
  await turn(true, { message: "Almost done" });
  expect((await server.admin.call(adminGetMaintenance)).maintenance?.since).toBe(maintenance?.since);
  await turn(false);
  expect(await settings()).toBe(null);
  const { rows } = await server.services.pool.query(
    "select action, actor_id from holdfast.audit_log where action like 'maintenance.%' order by occurred_at desc, id desc limit 3",
  );
  expect(rows.map(({ action }) => action)).toEqual(["maintenance.end", "maintenance.change", "maintenance.begin"]);
  expect(new Set(rows.map((row) => row.actor_id))).toEqual(new Set([server.admin.id]));
});

test("an end that is over is refused", async () => {
  await expect(turn(true, { until: "2020-01-01T00:00:00Z" })).rejects.toMatchObject({ code: "invalid_request" });
});
