import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createFolder,
  createShare,
  getFile,
  listShares,
  type Operation,
  operations,
} from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { startServer, type TestServer } from "../../../support/server.ts";
import { metadataOf, tus } from "../../../support/uploads/tus.ts";
import { ask } from "../ask.ts";
import { everything } from "../everything.ts";
import { thingsOf, type World } from "../things.ts";
import { actions, outcomeOf } from "./actions.ts";
import { giveRole, roleMayAll, roles, takeRole } from "./grants.ts";
import { makeShared } from "./shared.ts";

/** Roles on another's space, by grants: whatever differs from `intents.ts` is a statement or a service that decides by itself. */
let server: TestServer;
let owner: Person;
let other: Person;
let world: World;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
  world = { server, owner: () => owner };
});
afterAll(() => server.close());

const give = (fileId: string, role: (typeof roles)[number]) => giveRole(server.services.pool, other, fileId, role);
const take = (fileId: string) => takeRole(server.services.pool, other, fileId);

describe.each(roles)("%s of another's space", (role) => {
  beforeAll(() => give(owner.id, role));
  afterAll(() => take(owner.id));

  test.each(actions.map((action) => [action.what, action] as const))("%s", async (_what, action) => {
    const shared = await makeShared(owner);
    const before = await everything(server.services.pool);
    const { status, text } = await outcomeOf(await action.ask(other, shared));
    if (roleMayAll(role, action.needs)) {
      expect({ status, text }).toMatchObject({ status: expect.toSatisfy((one: number) => one >= 200 && one < 300) });
      return;
    }
    // Who sees it is told that it is not allowed; to who does not, it may as well not exist.
    const refusals = action.inTrash ? [404] : roleMayAll(role, ["see"]) ? [403] : [403, 404];
    expect({ status, text }).toMatchObject({ status: expect.toBeOneOf(refusals) });
    expect(await everything(server.services.pool)).toEqual(before);
  });

  test("search", async () => {
    const word = `word${randomUUID().slice(0, 8)}`;
    const { id } = await owner.put(`${word}.txt`, "x");
    const found = (await (await other.fetch(`/api/v1/search?q=${word}`)).json()) as { items: { id: string }[] };
    expect(found.items.map((item) => item.id)).toEqual(roleMayAll(role, ["see"]) ? [id] : []);
  });
});

describe("a role on files is none on what is somebody's own", () => {
  beforeAll(() => give(owner.id, "manager"));
  afterAll(() => take(owner.id));
  const own = operations.filter(
    ({ path, access }) =>
      access === "signed-in" && path.includes("{") && !/^\/api\/v1\/(files|trash|comments|grants)\//.test(path),
  );
  test.each(own.map((one) => [`${one.method} ${one.path}`, one] as const))("%s", async (_name, operation) => {
    const answer = await ask(server.url, operation, await thingsOf(world, operation), other.headers);
    expect(answer.status).toBe(404);
  });

  test("lists, totals and the emptied trash", async () => {
    const { trashedFileId } = await makeShared(owner);
    const lists = operations.filter(
      ({ id }) =>
        /^(list|getTrash)/.test(id) && operationOf(id).access === "signed-in" && !operationOf(id).path.includes("{"),
    );
    for (const operation of lists.filter(({ method }) => method === "GET")) {
      const { text } = await ask(server.url, operation, { params: {} }, other.headers);
      expect(text).not.toContain(trashedFileId);
    }
    expect(await (await other.fetch("/api/v1/trash/totals")).json()).toMatchObject({ files: 0, folders: 0 });
    expect((await other.fetch("/api/v1/trash", { method: "DELETE" })).status).toBe(204);
    expect((await owner.fetch(`/api/v1/files/${trashedFileId}`)).status).toBe(200);
  });
});

const operationOf = (id: string) => operations.find((operation) => operation.id === id) as Operation;

describe("the owner", () => {
  beforeAll(() => give(owner.id, "editor"));
  afterAll(() => take(owner.id));
  test.each(actions.map((action) => [action.what, action] as const))("%s", async (_what, action) => {
    const { status, text } = await outcomeOf(await action.ask(owner, await makeShared(owner)));
    expect({ status, text }).toMatchObject({ status: expect.toSatisfy((one: number) => one >= 200 && one < 300) });
  });
});

describe("viewer of one folder", () => {
  let above: string;
  let folderId: string;
  let besideId: string;
  let insideId: string;
  beforeAll(async () => {
    above = `above${randomUUID().slice(0, 8)}`;
    const parentId = (await owner.call(createFolder, { body: { name: above } })).id;
    folderId = (await owner.call(createFolder, { body: { name: "given", parentId } })).id;
    besideId = (await owner.put("beside.txt", "x", { parentId })).id;
    insideId = (await owner.put("inside.txt", "y", { parentId: folderId })).id;
    await give(folderId, "viewer");
  });
  afterAll(() => take(folderId));

  test("nothing of what is above or beside is told", async () => {
    const detail = await other.call(getFile, { params: { id: insideId } });
    expect(detail).toMatchObject({ filePath: "/given/inside.txt", ancestors: [{ id: folderId }] });
    for (const path of ["search?q=inside", "search?q=given", `files?parentId=${folderId}`, `files/${folderId}`])
      expect(await (await other.fetch(`/api/v1/${path}`)).text()).not.toContain(above);
    expect(await (await other.fetch(`/api/v1/search?q=${above}`)).json()).toMatchObject({ items: [] });
    for (const path of [`files/${besideId}`, `files/${besideId}/content`, `files?parentId=${owner.id}`])
      expect((await other.fetch(`/api/v1/${path}`)).status).toBe(404);
    expect((await other.fetch(`/api/v1/archives?ids=${insideId},${besideId}`)).status).toBe(404);
  });

  test("nor by a link of one's own", async () => {
    await give(folderId, "manager");
    const link = await other.call(createShare, { body: { fileId: insideId, linkType: "permanent" } });
    const { items } = await other.call(listShares, {});
    expect(items.find(({ id }) => id === link.id)?.filePath).toBe("/given/inside.txt");
    await give(folderId, "viewer");
  });
});

describe("a role that is taken back", () => {
  test("ends what a link of that time leads to", async () => {
    const { fileId, fileName } = await makeShared(owner);
    await give(owner.id, "manager");
    const link = await other.call(createShare, { body: { fileId, linkType: "permanent" } });
    const bytes = () => fetch(`${server.url}/api/v1/public/shares/${link.token}/content`);
    expect((await bytes()).status).toBe(200);
    await give(owner.id, "editor");
    expect((await bytes()).status).toBe(404);
    const listed = async () => (await other.call(listShares, {})).items.find(({ id }) => id === link.id);
    expect(await listed()).toMatchObject({ state: "unavailable" });
    await take(owner.id);
    expect(await listed()).toMatchObject({ state: "unavailable", filePath: `/${fileName}` });
  });

  test("ends an upload that was begun with it, and the answer about one that was finished", async () => {
    const { folderId } = await makeShared(owner);
    await give(owner.id, "editor");
    const begin = async (body?: Buffer) => {
      const headers = {
        "upload-length": 5,
        "upload-metadata": metadataOf({ filename: randomUUID(), parentId: folderId }),
      };
      const answer = await tus(other, "POST", "/api/v1/uploads", { headers, ...(body ? { body } : {}) });
      expect(answer.status).toBe(201);
      return answer.headers.get("location") as string;
    };
    const [begun, finished] = [await begin(), await begin(Buffer.from("bytes"))];
    await take(owner.id);
    const before = await server.services.pool.query("select count(*) from holdfast.files");
    const last = await tus(other, "PATCH", begun, { headers: { "upload-offset": 0 }, body: Buffer.from("bytes") });
    expect(last.status).toBe(404);
    expect((await server.services.pool.query("select count(*) from holdfast.files")).rows).toEqual(before.rows);
    const again = await other.fetch(`${finished}/finish`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
    });
    expect(again.status).toBe(404);
  });

  test("is no way to learn of a folder by its name", async () => {
    const { folderId } = await makeShared(owner);
    const name = randomUUID();
    await owner.call(createFolder, { body: { name, parentId: folderId } });
    await give(owner.id, "uploader");
    const body = JSON.stringify({ name, parentId: folderId, onConflict: "reuse" });
    const headers = { "content-type": "application/json" };
    expect((await other.fetch("/api/v1/folders", { method: "POST", headers, body })).status).toBe(409);
    await take(owner.id);
  });
});
