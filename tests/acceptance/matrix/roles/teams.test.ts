import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkMove, createShare, getFile } from "../../../../packages/contract/src/index.ts";
import { grant, makeTeam } from "../../../support/people/spaces.ts";
import type { Person } from "../../../support/person.ts";
import { startServer, type TestServer } from "../../../support/server.ts";
import { actions, outcomeOf } from "./actions.ts";
import { grantTo, roleMayAll, roles, stopInheritance } from "./grants.ts";
import { newFolder } from "./places.ts";
import { makeShared } from "./shared.ts";

/** What a team's space adds to roles: managers of the whole, being archived, what uploaders brought, and ways in and out. */
let server: TestServer;
let owner: Person;
let member: Person;
beforeAll(async () => {
  server = await startServer();
  [owner, member] = (await Promise.all(["owner", "member"].map((name) => server.person(name)))) as [Person, Person];
});
afterAll(() => server.close());
const pool = () => server.services.pool;
const status = async (answer: Promise<Response>) => (await answer).status;

test.each(roles)("%s of the whole space, in a folder that stops inheritance", async (role) => {
  const team = await makeTeam(pool(), owner);
  const folderId = await newFolder(owner, team);
  const { id } = await owner.put("closed.txt", "x", { parentId: folderId });
  await stopInheritance(pool(), folderId);
  await grant(pool(), member, team, role);
  const seen = role === "manager" ? 200 : 404;
  expect(await status(member.fetch(`/api/v1/files/${id}/content`))).toBe(seen);
  expect(await status(member.fetch(`/api/v1/files/${id}`, { method: "DELETE" }))).toBe(role === "manager" ? 204 : 404);
});

describe("in an archived team", () => {
  test.each(roles)("%s", { timeout: 60_000 }, async (role) => {
    const team = await makeTeam(pool(), owner);
    const shared = { ...(await makeShared(owner, team)), ownerId: team };
    await grant(pool(), member, team, role);
    await pool().query("update holdfast.spaces set archived_at = now() where id = $1", [team]);
    for (const action of actions.filter(({ inTrash }) => !inTrash)) {
      const { status: got, text } = await outcomeOf(await action.ask(member, shared));
      const may = roleMayAll(role, ["see"]) && roleMayAll("viewer", action.needs);
      const allowed = may ? got >= 200 && got < 300 : got === 403 || got === 404;
      expect(`${action.what}: ${allowed ? "right" : `${got} ${text}`}`).toBe(`${action.what}: right`);
    }
  });
});

test.each(roles)("%s in a deleted team sees nothing", async (role) => {
  const team = await makeTeam(pool(), owner);
  const { id } = await owner.put("file.txt", "x", { parentId: team });
  await grant(pool(), member, team, role);
  await pool().query("update holdfast.spaces set deleted_at = now() where id = $1", [team]);
  for (const person of [member, owner]) expect(await status(person.fetch(`/api/v1/files/${id}/content`))).toBe(404);
});

test("an uploader sees what they brought, and nothing that others did", async () => {
  const team = await makeTeam(pool(), owner);
  const theirs = await owner.put("theirs.txt", "x", { parentId: team });
  await grant(pool(), member, team, "uploader");
  const mine = await member.put("mine.txt", "y", { parentId: team });
  expect((await member.read(mine.id)).toString()).toBe("y");
  expect(await status(member.fetch(`/api/v1/files/${mine.id}`, { method: "DELETE" }))).toBe(403);
  for (const path of ["", "/content", "/versions"])
    expect([403, 404]).toContain(await status(member.fetch(`/api/v1/files/${theirs.id}${path}`)));
  await pool().query("update holdfast.spaces set archived_at = now() where id = $1", [team]);
  expect((await member.read(mine.id)).toString()).toBe("y");
});

describe("moves between spaces", () => {
  const move = (person: Person, id: string, parentId: string | null, more: object = {}) =>
    person.fetch(`/api/v1/files/${id}`, {
      ...{ method: "PATCH", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ parentId, ...more }),
    });

  test.each(roles)("%s takes out what they may change, and puts in where they may add", async (role) => {
    const team = await makeTeam(pool(), owner);
    const { id } = await owner.put(`${randomUUID()}.txt`, "x", { parentId: team });
    await grant(pool(), member, team, role);
    const out = roleMayAll(role, ["change"]) ? [200] : roleMayAll(role, ["see"]) ? [403] : [403, 404];
    const check = { method: "POST", headers: { "content-type": "application/json" }, body: '{"parentId":null}' };
    const into = (spaceId: string) => `{"parentId":"${spaceId}"}`;
    const path = `/api/v1/files/${id}/move-check`;
    expect(out).toContain(await status(member.fetch(path, { ...check, body: into(member.id) })));
    expect(out).toContain(await status(move(member, id, null)));
    const mine = await member.put(`${randomUUID()}.txt`, "y");
    const put = roleMayAll(role, ["add"]) ? 200 : 403;
    expect(await status(move(member, mine.id, team, { keepGrants: true }))).toBe(role === "manager" ? 200 : 403);
    const more = await member.put(`${randomUUID()}.txt`, "y");
    expect(await status(move(member, more.id, team))).toBe(put);
    expect(await status(move(await server.person(), id, team))).toBe(404);
  });

  test("name the links that end, and others' to managers alone", async () => {
    const [team, other] = [await makeTeam(pool(), owner), await makeTeam(pool(), null)];
    const { id } = await owner.put(`${randomUUID()}.txt`, "x", { parentId: team });
    await owner.call(createShare, { body: { fileId: id, linkType: "permanent", label: "for the printer" } });
    await grantTo(pool(), { userId: (await server.person()).id }, [id], "viewer");
    for (const person of [owner, member]) await grant(pool(), person, other, "contributor");
    await grant(pool(), member, team, "editor");
    const ask = { params: { id }, body: { parentId: other } };
    const counts = { linksInAll: 1, grantsInAll: 1 };
    expect(await owner.call(checkMove, ask)).toMatchObject({
      ...counts,
      links: [{ label: "for the printer" }],
      grants: [{}],
    });
    expect(await member.call(checkMove, ask)).toMatchObject({ ...counts, links: [], grants: [] });
    expect(await owner.call(getFile, { params: { id } })).toMatchObject({ spaceId: team });
  });
});
