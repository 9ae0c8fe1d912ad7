import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFolder,
  listSharedWithMe,
  setInheritance,
  updateSharedWithMe,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { give, giveGroup, makeGroup, makeTeam } from "./people.ts";

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  ada = await server.person("ada");
});
afterAll(() => server.close());

const folder = (owner: Person, parentId?: string) =>
  owner.call(createFolder, { body: { name: randomUUID(), ...(parentId ? { parentId } : {}) } });
const listed = async (person: Person, query = {}) => (await person.call(listSharedWithMe, { query })).items;
const ids = async (person: Person, query = {}) => (await listed(person, query)).map(({ file }) => file.id);

test("the topmost are listed, the newest first, with who gave them, and not what lies in the trash", async () => {
  const bob = await server.person();
  const group = await makeGroup(server.services.pool, randomUUID(), [bob]);
  const top = await folder(ada);
  const below = await folder(ada, top.id);
  const single = await ada.put(randomUUID(), "x");
  await give(ada, below.id, bob, "editor");
  expect(await ids(bob)).toEqual([below.id]);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const grant = await give(ada, single.id, bob, "viewer", { expiresAt });
  await giveGroup(ada, top.id, group, "viewer");
  expect(await listed(bob)).toMatchObject([
    { file: { id: top.id, role: "viewer" }, role: "viewer", grantId: null, expiresAt: null },
    {
      ...{ file: { id: single.id }, grantId: grant.id, expiresAt, hidden: false },
      ...{ owner: { kind: "user", id: ada.id, name: "ada" }, givenBy: { id: ada.id, name: "ada" } },
    },
  ]);
  await ada.call(setInheritance, { params: { id: below.id }, body: { inherits: false } });
  expect(await ids(bob)).toEqual([top.id, single.id]);
  await ada.fetch(`/api/v1/files/${single.id}`, { method: "DELETE" });
  expect(await ids(bob)).toEqual([top.id]);
  expect(await ids(ada)).toEqual([]);
});

test("by pages, and one row for two ways to the same", async () => {
  const bob = await server.person();
  const group = await makeGroup(server.services.pool, randomUUID(), [bob]);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { id } = await folder(ada);
    await give(ada, id, bob, "viewer");
    await giveGroup(ada, id, group, "uploader");
    made.unshift(id);
  }
  const first = await bob.call(listSharedWithMe, { query: { limit: 3 } });
  const rest = await bob.call(listSharedWithMe, { query: { limit: 3, cursor: first.nextCursor as string } });
  expect([...first.items, ...rest.items].map(({ file, role }) => [file.id, role])).toEqual(
    made.map((id) => [id, "contributor"]),
  );
  expect(rest.nextCursor).toBeNull();
});

test("hidden and shown again, each person by themselves; never what was not given", async () => {
  const [bob, cem] = [await server.person(), await server.person()];
  const { id } = await folder(ada);
  const set = (person: Person, hidden: boolean) =>
    person.call(updateSharedWithMe, { params: { id }, body: { hidden } });
  await expect(set(bob, true)).rejects.toMatchObject({ problem: { code: "not_found" } });
  await give(ada, id, bob, "viewer");
  await give(ada, id, cem, "viewer");
  await set(bob, true);
  await set(bob, true);
  expect([await ids(bob), await ids(bob, { hidden: "true" }), await ids(cem)]).toEqual([[], [id], [id]]);
  await set(bob, false);
  expect(await ids(bob)).toEqual([id]);
});

test("a team is no item of it", async () => {
  const [bob, cem] = [await server.person(), await server.person()];
  const team = await makeTeam(server.services.pool, "Team", bob);
  expect(await ids(bob)).toEqual([]);
  const inTeam = await folder(bob, team);
  await give(bob, inTeam.id, cem, "viewer");
  expect(await listed(cem)).toMatchObject([
    { file: { id: inTeam.id, parentId: null }, owner: { kind: "team", name: "Team" } },
  ]);
});
