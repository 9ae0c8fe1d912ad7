import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  adminListAccessLog,
  createFolder,
  deleteGrant,
  type File,
  getFile,
  listFiles,
  listGrants,
  setInheritance,
  updateGrant,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { give, giveGroup, makeGroup, makeTeam } from "./people.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let cem: Person;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  [ada, bob, cem] = (await Promise.all(["ada", "bob", "cem"].map((name) => server.person(name)))) as [
    Person,
    Person,
    Person,
  ];
});
afterAll(() => server.close());

const folder = (owner: Person, parentId?: string, name: string = randomUUID()): Promise<File> =>
  owner.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } });
const accessOf = (person: Person, id: string) => person.call(listGrants, { params: { id } });
const rejected = (code: string) => ({ problem: expect.objectContaining({ code }) });

test("a role is given, changed and taken, and each is noted and told", async () => {
  const { id, name } = await folder(ada);
  const inside = await ada.put("inside.txt", "x", { parentId: id });
  const grant = await give(ada, id, bob, "viewer", { message: "For you" });
  expect(grant).toMatchObject({
    ...{ fileId: id, role: "viewer", expired: false, from: { kind: "here", folder: null } },
    ...{ grantee: { type: "user", id: bob.id, name: "bob", email: bob.email, members: null } },
    createdBy: { id: ada.id, name: "ada" },
  });
  expect(await bob.read(inside.id)).toEqual(Buffer.from("x"));
  await expect(bob.put("mine.txt", "y", { parentId: id })).rejects.toThrow("403");
  const again = await give(ada, id, bob, "editor");
  expect(again).toMatchObject({ id: grant.id, role: "editor" });
  expect((await accessOf(ada, id)).items).toHaveLength(1);
  await bob.put("mine.txt", "y", { parentId: id });
  await ada.call(updateGrant, { params: { id: grant.id }, body: { role: "viewer" } });
  await expect(bob.put("more.txt", "y", { parentId: id })).rejects.toThrow("403");
  await ada.call(deleteGrant, { params: { id: grant.id } });
  await expect(bob.call(getFile, { params: { id } })).rejects.toMatchObject(rejected("not_found"));
  const { rows } = await server.services.pool.query(
    "select kind, actor_id, detail from holdfast.notifications where user_id = $1 and file_id = $2 order by id",
    [bob.id, id],
  );
  expect(rows).toMatchObject([
    { kind: "grant.given", actor_id: ada.id, detail: { fileName: name, actorName: "ada", message: "For you" } },
    { kind: "grant.changed", detail: { role: "editor" } },
    { kind: "grant.changed", detail: { role: "viewer" } },
    { kind: "grant.ended" },
  ]);
  const { items } = await server.admin.call(adminListAccessLog, { query: { target: id } as never });
  const actions = items.filter(({ targetId }) => targetId === id).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(["grant.create", "grant.update", "grant.delete"]));
});

test("only managers give, and what one may not see is not there", async () => {
  const { id } = await folder(ada);
  await expect(give(bob, id, cem, "viewer")).rejects.toMatchObject(rejected("not_found"));
  const grant = await give(ada, id, bob, "editor");
  await expect(give(bob, id, cem, "viewer")).rejects.toMatchObject(rejected("forbidden"));
  await expect(give(bob, id, bob, "manager")).rejects.toMatchObject(rejected("forbidden"));
  const patch = (person: Person) =>
    person.call(updateGrant, { params: { id: grant.id }, body: { role: "manager" as const } });
  await expect(patch(bob)).rejects.toMatchObject(rejected("forbidden"));
  await expect(patch(cem)).rejects.toMatchObject(rejected("not_found"));
  await expect(cem.call(deleteGrant, { params: { id: grant.id } })).rejects.toMatchObject(rejected("not_found"));
  await bob.call(deleteGrant, { params: { id: grant.id } });
  expect((await accessOf(ada, id)).items).toEqual([]);
});

test("what cannot be shared is refused with a sentence", async () => {
  await expect(give(ada, ada.id, bob, "viewer")).rejects.toMatchObject({
    problem: { code: "not_shareable", detail: expect.stringContaining("Share a folder instead") },
  });
  const { id } = await folder(ada);
  await give(ada, id, bob, "manager");
  await expect(give(bob, id, ada, "viewer")).rejects.toMatchObject(rejected("not_shareable"));
  await expect(give(ada, id, { id: randomUUID() }, "viewer")).rejects.toMatchObject(rejected("no_such_grantee"));
  const past = { expiresAt: new Date(Date.now() - 1000).toISOString() };
  await expect(give(ada, id, bob, "viewer", past)).rejects.toMatchObject(rejected("invalid_expiry"));
  const file = await ada.put(randomUUID(), "x");
  await expect(give(ada, file.id, bob, "uploader")).rejects.toMatchObject(rejected("not_a_folder"));
});

test("who has access says where it comes from, and nothing of folders above to who may not see them", async () => {
  const above = `above${randomUUID().slice(0, 8)}`;
  const top = await folder(ada, undefined, above);
  const below = await folder(ada, top.id);
  const group = await makeGroup(server.services.pool, `Group ${randomUUID()}`, [cem, bob]);
  await giveGroup(ada, top.id, group, "viewer");
  await server.services.pool.query("delete from holdfast.group_members where group_id = $1 and user_id = $2", [
    group,
    bob.id,
  ]);
  await give(ada, below.id, bob, "viewer");
  const own = await accessOf(ada, below.id);
  expect(own).toMatchObject({ owner: { kind: "user", id: ada.id, name: "ada" }, role: "manager", inherits: true });
  expect(own.items).toMatchObject([
    { grantee: { id: bob.id, email: bob.email }, from: { kind: "here" } },
    {
      grantee: { type: "group", id: group, members: 1 },
      from: { kind: "folder", folder: { id: top.id, name: above } },
    },
  ]);
  const seen = await accessOf(bob, below.id);
  expect(seen.items.map((one) => one.from)).toEqual([
    { kind: "here", folder: null },
    { kind: "folder", folder: null },
  ]);
  expect(seen.items[0]).toMatchObject({ grantee: { email: null }, createdBy: null });
  const detail = await bob.call(getFile, { params: { id: below.id } });
  expect(detail).toMatchObject({ role: "viewer", owner: { kind: "user", id: ada.id, name: "ada" } });
  expect(JSON.stringify([seen, detail])).not.toContain(above);
});

test("inheritance is stopped and resumed by a manager, who stays one", async () => {
  const top = await folder(ada);
  const below = await folder(ada, top.id);
  await give(ada, top.id, bob, "manager");
  await give(ada, top.id, cem, "viewer");
  const set = (person: Person, inherits: boolean) =>
    person.call(setInheritance, { params: { id: below.id }, body: { inherits } });
  await expect(set(cem, false)).rejects.toMatchObject(rejected("forbidden"));
  expect(await set(bob, false)).toMatchObject({
    inherits: false,
    role: "manager",
    items: [{ grantee: { id: bob.id } }],
  });
  await expect(cem.call(getFile, { params: { id: below.id } })).rejects.toMatchObject(rejected("not_found"));
  expect(await set(ada, true)).toMatchObject({ inherits: true });
  expect((await cem.call(getFile, { params: { id: below.id } })).role).toBe("viewer");
});

test("an uploader lists what they brought, by pages, and nothing else", async () => {
  const { id } = await folder(ada);
  await ada.put("ada's.txt", "x", { parentId: id });
  await give(ada, id, bob, "uploader");
  expect(await bob.call(listFiles, { query: { parentId: id } })).toEqual({ items: [], nextCursor: null });
  for (const name of ["c.txt", "a.txt", "b.txt"]) await bob.put(name, "y", { parentId: id });
  const made = await bob.call(createFolder, { body: { name: "bob's", parentId: id } });
  const page = await bob.call(listFiles, { query: { parentId: id, limit: 2 } });
  expect(page.items.map(({ name, role }) => [name, role])).toEqual([
    ["bob's", "uploader"],
    ["a.txt", "viewer"],
  ]);
  const rest = await bob.call(listFiles, { query: { parentId: id, limit: 2, cursor: page.nextCursor as string } });
  expect(rest).toMatchObject({ items: [{ name: "b.txt" }, { name: "c.txt" }], nextCursor: null });
  expect(await bob.call(getFile, { params: { id: made.id } })).toMatchObject({ role: "uploader" });
  expect(await bob.call(getFile, { params: { id } })).toMatchObject({ role: "uploader", owner: { id: ada.id } });
  const foreign = await folder(ada, id);
  await expect(bob.call(getFile, { params: { id: foreign.id } })).rejects.toMatchObject(rejected("forbidden"));
});

test("lists carry the asker's role, also where a grant on one of the rows gives more", async () => {
  const { id } = await folder(ada);
  const [one, two] = await Promise.all(["1.txt", "2.txt"].map((name) => ada.put(name, "x", { parentId: id })));
  await give(ada, id, bob, "viewer");
  await give(ada, (two as File).id, bob, "editor");
  const { items } = await bob.call(listFiles, { query: { parentId: id } });
  expect(items.map((item) => [item.id, item.role])).toEqual([
    [one?.id, "viewer"],
    [two?.id, "editor"],
  ]);
  expect((await ada.call(listFiles, { query: { parentId: id } })).items[0]?.role).toBe("manager");
});

test("a grant that has expired counts for nothing, is shown to managers, and goes after 30 days", async () => {
  const { id } = await folder(ada);
  const grant = await give(ada, id, bob, "editor", { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  const expire = (age: string) =>
    server.services.pool.query("update holdfast.grants set expires_at = now() - $2::interval where id = $1", [
      grant.id,
      age,
    ]);
  await expire("1 minute");
  await expect(bob.call(getFile, { params: { id } })).rejects.toMatchObject(rejected("not_found"));
  expect((await accessOf(ada, id)).items).toMatchObject([{ expired: true }]);
  await server.runJob("people.sweep-grants");
  expect((await accessOf(ada, id)).items).toHaveLength(1);
  await expire("31 days");
  await server.runJob("people.sweep-grants");
  expect((await accessOf(ada, id)).items).toEqual([]);
});

test("at most 500 grants on one file", async () => {
  const { id } = await folder(ada);
  await server.services.pool.query(
    `with g as (insert into holdfast.groups (id, name) select gen_random_uuid(), 'many ' || n from generate_series(1, 500) n returning id)
     insert into holdfast.grants (id, file_id, space_id, group_id, role) select holdfast.uuid7(), $1, $2, g.id, 'viewer' from g`,
    [id, ada.id],
  );
  await expect(give(ada, id, bob, "viewer")).rejects.toMatchObject(rejected("too_many_grants"));
});

test("a team keeps one manager, also when two lower each other at once", async () => {
  const team = await makeTeam(server.services.pool, "Team", ada);
  const [own] = (await accessOf(ada, team)).items;
  expect(own).toMatchObject({ grantee: { id: ada.id }, from: { kind: "here" } });
  const lower = (person: Person, id: string) =>
    person.call(updateGrant, { params: { id }, body: { role: "viewer" as const } });
  await expect(lower(ada, own?.id as string)).rejects.toMatchObject(rejected("last_manager"));
  await expect(ada.call(deleteGrant, { params: { id: own?.id as string } })).rejects.toMatchObject(
    rejected("last_manager"),
  );
  for (let round = 0; round < 10; round++) {
    const other = await give(ada, team, bob, "manager");
    const results = await Promise.allSettled([
      lower(ada, other.id),
      bob.call(deleteGrant, { params: { id: own?.id as string } }),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { rows } = await server.services.pool.query(
      "select user_id from holdfast.grants where file_id = $1 and role = 'manager'",
      [team],
    );
    expect(rows).toHaveLength(1);
    if (rows[0].user_id === bob.id) {
      await give(bob, team, ada, "manager");
      const items = (await accessOf(ada, team)).items;
      await ada.call(deleteGrant, { params: { id: items.find(({ grantee }) => grantee.id === bob.id)?.id as string } });
      break;
    }
    await ada.call(deleteGrant, { params: { id: other.id } });
  }
});
