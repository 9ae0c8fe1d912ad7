import { afterAll, beforeAll, expect, test } from "vitest";
import {
  adminDeleteUser,
  adminGetLeaving,
  adminTransferFiles,
  createFolder,
  createShare,
  exportAccount,
  getLeaving,
  listFiles,
} from "../../../packages/contract/src/index.ts";
import { chargesOf, grant, makeTeam } from "../../support/people/spaces.ts";
import { type Person, testPassword } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { makeGroup } from "../matrix/roles/grants.ts";

let server: TestServer;
let heir: Person;
beforeAll(async () => {
  server = await startServer();
  heir = await server.person("heir");
});
afterAll(() => server.close());
const pool = () => server.services.pool;

/** With two versions, a link, and a folder that a reader and a group of two see. */
async function somebody() {
  const person = await server.person();
  const reader = await server.person();
  const folderId = (await person.call(createFolder, { body: { name: "shared" } })).id;
  await person.put("file.txt", "former", { parentId: folderId });
  const file = await person.put("file.txt", "current", { parentId: folderId, onConflict: "replace" });
  const link = await person.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
  await grant(pool(), reader, folderId, "viewer");
  const groupId = await makeGroup(pool(), reader, await server.person());
  await pool().query(
    "insert into holdfast.grants (id, file_id, space_id, group_id, role) values (holdfast.uuid7(), $1, $2, $3, 'editor')",
    [folderId, person.id, groupId],
  );
  return { person, reader, folderId, fileId: file.id, link };
}
const leave = (person: Person, more: object = {}) =>
  person.fetch("/api/v1/me/delete", {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ password: testPassword, ...more }),
  });
const remove = (id: string, query = "") =>
  server.admin.fetch(`/api/v1/admin/users/${id}${query}`, { method: "DELETE" });

test("what ends with an account is said before", async () => {
  const { person } = await somebody();
  const said = { files: 2, bytes: 13, links: 1, grants: 2, people: 2, soleManagerOf: [], transfer: null };
  expect(await person.call(getLeaving)).toEqual(said);
  expect(await server.admin.call(adminGetLeaving, { params: { id: person.id } })).toEqual(said);
});

test("who alone manages a team hands it over first; an administrator may override", async () => {
  const { person } = await somebody();
  const team = await makeTeam(pool(), person, "Choir");
  expect((await person.call(getLeaving)).soleManagerOf).toEqual([{ id: team, name: "Choir" }]);
  for (const refused of [await leave(person), await remove(person.id)]) {
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: "last_manager", detail: expect.stringContaining('"Choir"') });
  }
  // A group counts with somebody else in it.
  const groupId = await makeGroup(pool(), person);
  await pool().query(
    "insert into holdfast.grants (id, file_id, space_id, group_id, role) values (holdfast.uuid7(), $1, $1, $2, 'manager')",
    [team, groupId],
  );
  expect((await leave(person)).status).toBe(409);
  await pool().query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [groupId, heir.id]);
  expect((await leave(person)).status).toBe(204);
  // What is the team's survives.
  expect((await heir.fetch(`/api/v1/files?parentId=${team}`)).status).toBe(200);

  const other = await server.person();
  await makeTeam(pool(), other, "Orchestra");
  expect((await remove(other.id)).status).toBe(409);
  await server.admin.call(adminDeleteUser, { params: { id: other.id }, query: { override: "true" } });
});

test("an administrator transfers files to a user, with versions, grants and links", async () => {
  const { person, reader, folderId, fileId, link } = await somebody();
  const begun = await server.admin.call(adminTransferFiles, {
    params: { id: person.id },
    body: { toSpaceId: heir.id },
  });
  expect(begun).toMatchObject({ status: "running", error: null });
  await eventually(async () => {
    const { transfer } = await server.admin.call(adminGetLeaving, { params: { id: person.id } });
    return transfer?.status === "completed" && transfer.entriesDone === 2;
  }, 30_000);
  const [from] = (await heir.call(listFiles, { query: {} })).items.filter(({ id }) => id === begun.folderId);
  expect(from?.name).toBe(`From ${person.email}`);
  expect((await remove(person.id)).status).toBe(204);
  await eventually(async () => {
    const { rowCount } = await pool().query("select from holdfast.users where id = $1", [person.id]);
    return rowCount === 0;
  }, 30_000);
  expect((await heir.read(fileId)).toString()).toBe("current");
  expect((await (await heir.fetch(`/api/v1/files/${fileId}/versions`)).json()) as object).toMatchObject({
    items: [{}, {}],
  });
  expect((await reader.fetch(`/api/v1/files?parentId=${folderId}`)).status).toBe(200);
  expect((await fetch(`${server.url}/api/v1/public/shares/${link.token}/content`)).status).toBe(200);
  for (const { charged, holds } of await chargesOf(pool(), heir.id)) expect(charged).toEqual(holds);
});

test("a transfer that has no room says so, and an account whose files are on their way stays", async () => {
  const { person } = await somebody();
  const team = await makeTeam(pool(), heir, "Small team");
  await pool().query("update holdfast.spaces set quota_bytes = 5 where id = $1", [team]);
  const params = { id: person.id };
  await server.admin.call(adminTransferFiles, { params, body: { toSpaceId: team } });
  const { transfer } = await eventually(async () => {
    const leaving = await server.admin.call(adminGetLeaving, { params });
    return leaving.transfer?.status === "failed" ? leaving : null;
  }, 30_000);
  expect(transfer).toMatchObject({ errorCode: "quota_exceeded", error: expect.stringContaining("Small team") });
  await pool().query("update holdfast.transfers set status = 'running' where user_id = $1", [person.id]);
  expect(await (await remove(person.id)).json()).toMatchObject({ code: "busy" });
  await pool().query("update holdfast.transfers set status = 'failed' where user_id = $1", [person.id]);
  const nowhere = { method: "POST", headers: { "content-type": "application/json" } };
  for (const [toSpaceId, status] of [
    [person.id, 422],
    [crypto.randomUUID(), 404],
  ] as const) {
    const body = JSON.stringify({ toSpaceId });
    const answer = await server.admin.fetch(`/api/v1/admin/users/${person.id}/transfer`, { ...nowhere, body });
    expect(answer.status).toBe(status);
  }
});

test("who leaves gives their files to a team that they may add to, and to nobody else", async () => {
  const { person, fileId, reader } = await somebody();
  const team = await makeTeam(pool(), heir);
  expect((await leave(person, { transferTo: team })).status).toBe(404);
  await grant(pool(), person, team, "viewer");
  expect((await leave(person, { transferTo: team })).status).toBe(403);
  await grant(pool(), person, team, "contributor");
  expect((await leave(person, { transferTo: team, password: "wrong" })).status).toBe(401);
  expect((await leave(person, { transferTo: team })).status).toBe(204);
  expect((await heir.read(fileId)).toString()).toBe("current");
  // Its managers did not say that others should keep their access.
  expect((await reader.fetch(`/api/v1/files/${fileId}`)).status).toBe(404);
  for (const { charged, holds } of await chargesOf(pool(), team)) expect(charged).toEqual(holds);
});

test("the export of an account names grants and groups", async () => {
  const { person, reader, folderId } = await somebody();
  const own = (await (await person.fetch(exportAccount.path)).json()) as { grantsGiven: object[] };
  expect(own.grantsGiven).toHaveLength(2);
  expect(own.grantsGiven).toContainEqual(
    expect.objectContaining({ fileId: folderId, to: reader.email, role: "viewer" }),
  );
  const theirs = (await (await reader.fetch(exportAccount.path)).json()) as {
    grantsReceived: object[];
    groups: object[];
  };
  expect(theirs.grantsReceived).toHaveLength(2);
  expect(theirs.groups).toHaveLength(1);
});
