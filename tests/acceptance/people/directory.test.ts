import { afterAll, beforeAll, expect, test } from "vitest";
import {
  adminUpdateSettings,
  adminUpdateUser,
  searchDirectory,
  updateMe,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { makeGroup } from "./people.ts";

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  [ada, grace] = (await Promise.all(["ada", "grace"].map((name) => server.person(name)))) as [Person, Person];
  await grace.call(updateMe, { body: { displayName: "Grace Brewster Hopper" } });
  await makeGroup(server.services.pool, "Graphics", [ada]);
  await makeGroup(server.services.pool, "Grapes", []);
});
afterAll(() => server.close());

const find = async (q: string, person = ada) =>
  (await person.call(searchDirectory, { query: { q } })).items.map(({ name }) => name);

test("people are found by how their names, last names and addresses begin, and groups by theirs", async () => {
  const { items } = await ada.call(searchDirectory, { query: { q: "GRA" } });
  expect(items).toEqual([
    { type: "group", id: expect.any(String), name: "Grapes", email: null, members: 0 },
    { type: "group", id: expect.any(String), name: "Graphics", email: null, members: 1 },
    { type: "user", id: grace.id, name: "Grace Brewster Hopper", email: grace.email, members: null },
  ]);
  expect(await find("hop")).toEqual(["Grace Brewster Hopper"]);
  expect(await find("grace@ex")).toEqual(["Grace Brewster Hopper"]);
  expect(await find("race")).toEqual([]);
  expect(await find("%")).toEqual([]);
  expect(await find("ada")).toEqual([]);
});

test("at most twenty, and each once", async () => {
  for (let i = 0; i < 25; i++) await server.person(`many${i}`);
  expect(await find("many")).toHaveLength(20);
  expect(new Set(await find("many")).size).toBe(20);
});

test("nobody who is disabled", async () => {
  const gone = await server.person("gone");
  expect(await find("gone")).toEqual(["gone"]);
  await server.admin.call(adminUpdateUser, { params: { id: gone.id }, body: { status: "disabled" } });
  expect(await find("gone")).toEqual([]);
});

test("hidden, it finds a whole address and one's own groups", async () => {
  await server.admin.call(adminUpdateSettings, { body: { directory: "hidden" } });
  await eventually(async () => (await find("grace")).length === 0);
  expect(await find("gra")).toEqual(["Graphics"]);
  expect(await find(grace.email.toUpperCase())).toEqual(["Grace Brewster Hopper"]);
  expect(await find("gra", grace)).toEqual([]);
});
