import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createSpace,
  deleteSpace,
  getSpace,
  listFiles,
  listSpaceMembers,
  listSpaces,
  restoreSpace,
  updateSpace,
} from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { startServer, type TestServer } from "../../../support/server.ts";
import { takeRole } from "../../matrix/roles/grants.ts";
import { newTeam } from "./support.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_TEAM_QUOTA: "1M" });
  [ada, bob, cid] = await Promise.all([server.person("ada"), server.person("bob"), server.person("cid")]);
});
afterAll(() => server.close());

const pool = () => server.services.pool;
const idsOf = async (person: Person, query = {}) =>
  (await person.call(listSpaces, { query })).items.map(({ id }) => id);

describe("a team", () => {
  test("has its maker as manager, the server's quota, and a root folder of its id", async () => {
    const team = await newTeam(pool(), ada, [], "Garden club");
    expect(team).toMatchObject({
      ...{ name: "Garden club", role: "manager", quotaBytes: 2 ** 20, usedBytes: 0, memberCount: 1, hasManager: true },
      ...{ archivedAt: null, deletedAt: null, removedAt: null },
    });
    const file = await ada.put("plan.txt", "tulips", { parentId: team.id });
    expect(file).toMatchObject({ spaceId: team.id, userId: ada.id, parentId: null });
    expect((await ada.call(listFiles, { query: { parentId: team.id } })).items).toMatchObject([{ id: file.id }]);
    expect(await ada.call(getSpace, { params: { id: team.id } })).toMatchObject({ usedBytes: 6 });
    const { rows } = await pool().query("select action, target_name from holdfast.audit_log where target_id = $1", [
      team.id,
    ]);
    expect(rows).toContainEqual({ action: "team.create", target_name: "Garden club" });
  });

  test("is there for its members, by a group too; administrators know of it without seeing what is in it", async () => {
    const team = await newTeam(pool(), ada, [[bob, "viewer"]]);
    const { id } = await ada.put("secret.txt", "x", { parentId: team.id });
    expect(await idsOf(bob)).toContain(team.id);
    expect(await idsOf(cid)).not.toContain(team.id);
    for (const path of [`spaces/${team.id}`, `spaces/${team.id}/members`, `files?parentId=${team.id}`])
      expect((await cid.fetch(`/api/v1/${path}`)).status).toBe(404);
    expect(await idsOf(server.admin)).not.toContain(team.id);
    expect(await idsOf(server.admin, { all: "true", q: team.name })).toEqual([team.id]);
    expect(await server.admin.call(getSpace, { params: { id: team.id } })).toMatchObject({
      role: null,
      memberCount: 2,
    });
    const members = await server.admin.call(listSpaceMembers, { params: { id: team.id } });
    expect(members.items.map((member) => [member.type, member.name, member.role])).toEqual([
      ["user", ada.email, "manager"],
      ["user", bob.email, "viewer"],
    ]);
    expect((await server.admin.fetch(`/api/v1/files/${id}/content`)).status).toBe(404);
    await expect(bob.call(listSpaces, { query: { all: "true" } })).rejects.toMatchObject({ status: 403 });
    const group = randomUUID();
    await pool().query("insert into holdfast.groups (id, name) values ($1, $2)", [group, group]);
    await pool().query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [group, cid.id]);
    await pool().query(
      "insert into holdfast.grants (id, file_id, space_id, group_id, role) values (holdfast.uuid7(), $1, $1, $2, 'editor')",
      [team.id, group],
    );
    expect(await cid.call(getSpace, { params: { id: team.id } })).toMatchObject({ role: "editor", memberCount: 3 });
    await pool().query("delete from holdfast.groups where id = $1", [group]);
    expect(await idsOf(cid)).not.toContain(team.id);
  });

  test("is renamed by its managers; its quota is for administrators", async () => {
    const team = await newTeam(pool(), ada, [[bob, "editor"]]);
    const params = { id: team.id };
    const name = randomUUID();
    expect(await ada.call(updateSpace, { params, body: { name } })).toMatchObject({ name });
    await expect(bob.call(updateSpace, { params, body: { name } })).rejects.toMatchObject({ status: 403 });
    await expect(cid.call(updateSpace, { params, body: { name } })).rejects.toMatchObject({ status: 404 });
    await expect(server.admin.call(updateSpace, { params, body: { name } })).rejects.toMatchObject({ status: 403 });
    await expect(ada.call(updateSpace, { params, body: { quotaBytes: null } })).rejects.toMatchObject({ status: 403 });
    await expect(ada.call(createSpace, { body: { name, quotaBytes: 5 } })).rejects.toMatchObject({ status: 403 });
    const body = { quotaBytes: null };
    expect(await server.admin.call(updateSpace, { params, body })).toMatchObject({ quotaBytes: null, name });
  });

  test("that is archived nobody changes, not its managers either; they end it", async () => {
    const team = await newTeam(pool(), ada, [[bob, "editor"]]);
    const params = { id: team.id };
    const { id } = await bob.put("kept.txt", "x", { parentId: team.id });
    await expect(bob.call(updateSpace, { params, body: { archived: true } })).rejects.toMatchObject({ status: 403 });
    const archived = await ada.call(updateSpace, { params, body: { archived: true } });
    expect(archived).toMatchObject({ role: "manager", archivedAt: expect.any(String) });
    for (const person of [ada, bob]) {
      expect((await person.read(id)).toString()).toBe("x");
      // What is on its way when the news comes is cut off, what comes later is answered.
      await expect(person.put("new.txt", "x", { parentId: team.id })).rejects.toThrow(/403|fetch failed/);
      for (const init of [{ method: "DELETE" }, rename()])
        expect((await person.fetch(`/api/v1/files/${id}`, init)).status).toBe(403);
    }
    await expect(ada.call(updateSpace, { params, body: { name: "other" } })).rejects.toMatchObject({ status: 409 });
    await expect(bob.call(updateSpace, { params, body: { archived: false } })).rejects.toMatchObject({ status: 403 });
    expect(await ada.call(updateSpace, { params, body: { archived: false } })).toMatchObject({ archivedAt: null });
    await bob.put("new.txt", "x", { parentId: team.id });
  });

  const rename = () => ({
    ...{ method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "other" }) },
  });

  test("that is deleted nobody sees, until a manager or an administrator brings it back", async () => {
    const team = await newTeam(pool(), ada, [
      [bob, "editor"],
      [cid, "viewer"],
    ]);
    const params = { id: team.id };
    const { id } = await bob.put("unseen.txt", "still here", { parentId: team.id });
    const link = await share(id);
    expect((await fetch(link)).status).toBe(200);
    for (const query of [{ name: "something else" }, { name: "" }])
      await expect(ada.call(deleteSpace, { params, query })).rejects.toMatchObject({ status: 409 });
    const query = { name: team.name };
    await expect(bob.call(deleteSpace, { params, query })).rejects.toMatchObject({ status: 403 });
    const deleted = await ada.call(deleteSpace, { params, query });
    expect(Date.parse(deleted.removedAt as string) - Date.parse(deleted.deletedAt as string)).toBe(30 * 86_400_000);
    for (const path of [`files/${id}`, `files/${id}/content`, `files?parentId=${team.id}`, `archives?ids=${id}`])
      for (const person of [ada, bob]) expect((await person.fetch(`/api/v1/${path}`)).status).toBe(404);
    expect((await (await ada.fetch("/api/v1/search?q=unseen")).json()) as object).toMatchObject({ items: [] });
    expect((await fetch(link)).status).toBe(404);
    expect(await idsOf(bob)).not.toContain(team.id);
    await expect(bob.call(restoreSpace, { params })).rejects.toMatchObject({ status: 404 });
    expect(await idsOf(ada)).toContain(team.id);
    await ada.call(restoreSpace, { params });
    expect((await bob.read(id)).toString()).toBe("still here");
    await server.admin.call(deleteSpace, { params, query });
    expect(await server.admin.call(restoreSpace, { params })).toMatchObject({ deletedAt: null });
    expect((await bob.read(id)).toString()).toBe("still here");
  });

  const share = async (fileId: string) => {
    const body = JSON.stringify({ fileId, linkType: "permanent" });
    const answer = await ada.fetch("/api/v1/shares", {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body },
    });
    return `${server.url}/api/v1/public/shares/${((await answer.json()) as { token: string }).token}/content`;
  };

  test("is removed with its bytes when its grace is over, and no day earlier", async () => {
    const team = await newTeam(pool(), ada);
    const params = { id: team.id };
    await ada.put("gone.txt", "bytes of a team that goes", { parentId: team.id });
    await ada.call(deleteSpace, { params, query: { name: team.name } });
    await server.runJob("people.remove-teams");
    expect(await server.admin.call(getSpace, { params })).toMatchObject({ name: team.name });
    const age = "update holdfast.spaces set deleted_at = now() - interval '30 days 1 minute' where id = $1";
    await pool().query(age, [team.id]);
    await expect(ada.call(restoreSpace, { params })).rejects.toMatchObject({ status: 404 });
    await server.runJob("people.remove-teams");
    await expect(server.admin.call(getSpace, { params })).rejects.toMatchObject({ status: 404 });
    for (const table of ["files", "spaces", "grants"]) {
      const column = table === "spaces" ? "id" : "space_id";
      const { rows } = await pool().query(`select count(*)::int as n from holdfast.${table} where ${column} = $1`, [
        team.id,
      ]);
      expect([table, rows[0].n]).toEqual([table, 0]);
    }
  });

  test("without a manager gets one from an administrator, and only then", async () => {
    const team = await newTeam(pool(), ada, [[bob, "viewer"]]);
    const params = { id: team.id };
    const body = { managerId: bob.id };
    await expect(server.admin.call(updateSpace, { params, body })).rejects.toMatchObject({ status: 409 });
    await takeRole(pool(), ada, team.id);
    expect(await server.admin.call(getSpace, { params })).toMatchObject({ hasManager: false });
    await expect(bob.call(updateSpace, { params, body })).rejects.toMatchObject({ status: 403 });
    await expect(server.admin.call(updateSpace, { params, body: { managerId: randomUUID() } })).rejects.toMatchObject({
      status: 404,
    });
    expect(await server.admin.call(updateSpace, { params, body })).toMatchObject({ hasManager: true, role: null });
    expect(await bob.call(getSpace, { params })).toMatchObject({ role: "manager" });
    expect(await idsOf(ada)).not.toContain(team.id);
  });

  test("survives who made it", async () => {
    const maker = await server.person();
    const team = await newTeam(pool(), maker, [[bob, "manager"]]);
    const { id } = await maker.put("by the maker.txt", "stays", { parentId: team.id });
    await server.admin.fetch(`/api/v1/admin/users/${maker.id}`, { method: "DELETE" });
    await server.runJob("admin.delete-user");
    expect((await bob.read(id)).toString()).toBe("stays");
    expect(await bob.call(getSpace, { params: { id: team.id } })).toMatchObject({ memberCount: 1 });
  });
});

describe("who may make teams, and how many", () => {
  test("a hundred by one person, also when they are asked for at a time", async () => {
    const maker = await server.person();
    await pool().query(
      "insert into holdfast.spaces (id, kind, name, created_by) select holdfast.uuid7(), 'team', 'x', $1 from generate_series(1, 97)",
      [maker.id],
    );
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => newTeam(pool(), maker)));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(made.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "limit_reached" } });
  });

  test("as the settings say", async () => {
    const { teams } = server.services.config;
    const mayCreate = async (person: Person) => (await person.call(listSpaces, {})).mayCreate;
    const makers = (value: string) => Object.assign(teams, { makers: value });
    try {
      makers("admins");
      expect([await mayCreate(ada), await mayCreate(server.admin)]).toEqual([false, true]);
      await expect(newTeam(pool(), ada)).rejects.toMatchObject({ status: 403 });
      makers("group:Founders");
      const group = randomUUID();
      await pool().query("insert into holdfast.groups (id, name) values ($1, 'founders')", [group]);
      expect(await mayCreate(ada)).toBe(false);
      await pool().query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [group, ada.id]);
      expect(await mayCreate(ada)).toBe(true);
      await newTeam(pool(), ada);
      await expect(newTeam(pool(), bob)).rejects.toMatchObject({ status: 403 });
    } finally {
      makers("everyone");
    }
  });
});
