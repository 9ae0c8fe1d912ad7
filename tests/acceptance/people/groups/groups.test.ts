import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  addGroupMember,
  createGroup,
  deleteGroup,
  getGroup,
  listGroupMembers,
  listGroups,
  removeGroupMember,
  updateGroup,
} from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { startServer, type TestServer } from "../../../support/server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  server = await startServer();
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
});
afterAll(() => server.close());

const newGroup = (name: string = randomUUID()) => server.admin.call(createGroup, { body: { name } });
const add = (id: string, { id: userId }: Person) =>
  server.admin.call(addGroupMember, { params: { id }, body: { userId } });

describe("groups", () => {
  test("an administrator makes one and changes it; names are taken whatever their case", async () => {
    const group = await newGroup("Writers");
    expect(group).toMatchObject({ name: "Writers", description: null, externalName: null, memberCount: 0 });
    await expect(newGroup("writers")).rejects.toMatchObject({ status: 409, code: "name_taken" });
    const body = { name: "Authors", description: "who write", externalName: "grp-authors" };
    expect(await server.admin.call(updateGroup, { params: { id: group.id }, body })).toMatchObject(body);
    expect(
      await server.admin.call(updateGroup, { params: { id: group.id }, body: { description: null } }),
    ).toMatchObject({ ...body, description: null });
    const again = { name: randomUUID(), externalName: "grp-authors" };
    await expect(server.admin.call(createGroup, { body: again })).rejects.toMatchObject({ code: "name_taken" });
    await server.admin.call(deleteGroup, { params: { id: group.id } });
    await expect(server.admin.call(getGroup, { params: { id: group.id } })).rejects.toMatchObject({ status: 404 });
  });

  test("members see their own groups and who is in them; to others there are none", async () => {
    const [mine, other] = [await newGroup(), await newGroup()];
    expect(await add(mine.id, ada)).toMatchObject({ userId: ada.id, email: ada.email, fromClaim: false });
    await add(mine.id, ada);
    expect((await ada.call(listGroups, {})).items.map(({ id }) => id)).toEqual([mine.id]);
    expect((await bob.call(listGroups, {})).items).toEqual([]);
    expect((await server.admin.call(listGroups, {})).items.map(({ id }) => id)).toEqual(
      expect.arrayContaining([mine.id, other.id]),
    );
    expect((await ada.call(listGroupMembers, { params: { id: mine.id } })).items).toMatchObject([{ userId: ada.id }]);
    for (const path of [`groups/${mine.id}`, `groups/${mine.id}/members`])
      expect((await bob.fetch(`/api/v1/${path}`)).status).toBe(404);
    const params = { id: mine.id, userId: ada.id };
    await expect(ada.call(removeGroupMember, { params })).rejects.toMatchObject({ status: 403 });
    await server.admin.call(removeGroupMember, { params });
    await expect(server.admin.call(removeGroupMember, { params })).rejects.toMatchObject({ status: 404 });
    expect((await ada.call(listGroups, {})).items).toEqual([]);
    await expect(add(mine.id, { id: randomUUID() } as Person)).rejects.toMatchObject({ status: 404 });
  });

  test("pages by name, and a search", async () => {
    const mark = randomUUID().slice(0, 8);
    for (const name of ["b", "A", "c"]) await newGroup(`${mark} ${name}`);
    const query = { q: mark, limit: 2 };
    const first = await server.admin.call(listGroups, { query });
    const cursor = first.nextCursor as string;
    const second = await server.admin.call(listGroups, { query: { ...query, cursor } });
    expect([...first.items, ...second.items].map(({ name }) => name.slice(-1))).toEqual(["A", "b", "c"]);
    expect(second.nextCursor).toBeNull();
  });

  test("limits are said, also to many who ask at a time", async () => {
    const { pool } = server.services;
    const made = async (count: number) =>
      pool.query(
        `with made as (insert into holdfast.groups (id, name) select holdfast.uuid7(), 'many ' || n || $2 from generate_series(1, $1) n returning id)
         insert into holdfast.group_members (group_id, user_id) select id, $3 from made`,
        [count, randomUUID(), bob.id],
      );
    await made(198);
    const groups = await Promise.all(Array.from({ length: 6 }, () => newGroup()));
    const added = await Promise.allSettled(groups.map(({ id }) => add(id, bob)));
    expect(added.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(added.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { status: 422, code: "limit_reached" },
    });
    const { rows } = await pool.query("select count(*)::int as n from holdfast.groups");
    await pool.query(
      "insert into holdfast.groups (id, name) select holdfast.uuid7(), 'more ' || n from generate_series(1, $1) n",
      [10_000 - rows[0].n],
    );
    await expect(newGroup()).rejects.toMatchObject({ status: 422, code: "limit_reached" });
    await pool.query("delete from holdfast.groups where name like 'more %' or name like 'many %'");
  });

  test("what was done is in the audit log", async () => {
    const { id, name } = await newGroup();
    await add(id, ada);
    await server.admin.call(removeGroupMember, { params: { id, userId: ada.id } });
    await server.admin.call(deleteGroup, { params: { id } });
    const { rows } = await server.services.pool.query(
      "select action, target_name, actor_id from holdfast.audit_log where target_id = $1 order by id",
      [id],
    );
    expect(rows).toEqual(
      ["create", "join", "leave", "delete"].map((verb) => ({
        ...{ action: `group.${verb}`, target_name: name, actor_id: server.admin.id },
      })),
    );
  });
});
