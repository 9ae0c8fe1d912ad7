import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { copyFile, createShare, getCopy, updateFile } from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../../support/server.ts";
import { giveRole, grantTo, stopInheritance, takeRole } from "./grants.ts";
import { newFolder } from "./places.ts";

/** A folder that somebody sees, and in it one that stops inheritance: no walk through the upper one may show what is in the lower. */
let server: TestServer;
let owner: Person;
let other: Person;
beforeAll(async () => {
  server = await startServer();
  [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
});
afterAll(() => server.close());
const pool = () => server.services.pool;

let above: string;
let stopped: string;
let openId: string;
let hiddenId: string;
let word: string;
beforeEach(async () => {
  word = `word${randomUUID().slice(0, 8)}`;
  above = await newFolder(owner);
  stopped = await newFolder(owner, await newFolder(owner, above, "between"), `stopped ${word}`);
  openId = (await owner.put("open.txt", "12345", { parentId: above })).id;
  hiddenId = (await owner.put(`hidden ${word}.txt`, "1234567890", { parentId: stopped })).id;
  await owner.put("deeper.txt", "123", { parentId: await newFolder(owner, stopped, "deeper") });
  await stopInheritance(pool(), stopped);
  await giveRole(pool(), other, above, "manager");
});

const textOf = async (answer: Promise<Response>) => {
  const got = await answer;
  return { status: got.status, text: Buffer.from(await got.arrayBuffer()).toString("latin1") };
};
const json = async <T>(answer: Promise<Response>) => (await answer).json() as Promise<T>;
const between = async () =>
  (await json<{ items: { id: string; name: string }[] }>(other.fetch(`/api/v1/files?parentId=${above}`))).items.find(
    ({ name }) => name === "between",
  )?.id as string;

describe("what stops inheritance is not seen from above", () => {
  test("in lists, totals, archives and search", async () => {
    const list = `/api/v1/files?parentId=${await between()}`;
    for (const sort of ["name", "size", "modified"])
      for (const more of ["", "&q=s", "&order=desc"])
        expect((await json<{ items: [] }>(other.fetch(`${list}&sort=${sort}${more}`))).items).toEqual([]);
    expect((await json<{ items: [] }>(owner.fetch(list))).items).toHaveLength(1);
    expect(await json(other.fetch(`/api/v1/files/${above}/totals`))).toMatchObject({ files: 1, folders: 1, bytes: 5 });
    expect(await json(owner.fetch(`/api/v1/files/${above}/totals`))).toMatchObject({ files: 3, folders: 3, bytes: 18 });
    const { text } = await textOf(other.fetch(`/api/v1/archives?ids=${above}`));
    expect(text).toContain("open.txt");
    for (const name of ["stopped", "hidden", "deeper"]) expect(text).not.toContain(name);
    expect((await textOf(owner.fetch(`/api/v1/archives?ids=${above}`))).text).toContain("deeper.txt");
    expect((await json<{ items: [] }>(other.fetch(`/api/v1/search?q=${word}`))).items).toEqual([]);
  });

  test("in copies, small and large", async () => {
    const { files } = server.services;
    const usual = files.copiedAtOnce;
    const copies: string[] = [];
    for (const copiedAtOnce of [usual, 1]) {
      files.copiedAtOnce = copiedAtOnce;
      const name = randomUUID();
      const { id } = await other.call(copyFile, { params: { id: above }, body: { parentId: null, name } });
      files.copiedAtOnce = usual;
      if (copiedAtOnce === 1)
        await eventually(async () => (await other.call(getCopy, { params: { id } })).status === "completed", 30_000);
      copies.push(id);
    }
    for (const id of copies)
      expect(await json(other.fetch(`/api/v1/files/${id}/totals`))).toMatchObject({ files: 1, folders: 1, bytes: 5 });
  });

  test("nor is a copy of it by who may see it open to all who see the copy", async () => {
    const { files } = server.services;
    const usual = files.copiedAtOnce;
    const team = await newFolder(owner);
    await giveRole(pool(), other, team, "viewer");
    const reader = await server.person();
    await grantTo(pool(), { userId: reader.id }, [stopped, team], "viewer");
    for (const copiedAtOnce of [usual, 1]) {
      files.copiedAtOnce = copiedAtOnce;
      const name = randomUUID();
      const { id } = await owner.call(copyFile, { params: { id: above }, body: { parentId: team, name } });
      files.copiedAtOnce = usual;
      if (copiedAtOnce === 1)
        await eventually(async () => (await owner.call(getCopy, { params: { id } })).status === "completed", 30_000);
      const totals = (person: Person) => json(person.fetch(`/api/v1/files/${id}/totals`));
      expect(await totals(owner)).toMatchObject({ files: 3, folders: 3 });
      expect(await totals(other)).toMatchObject({ files: 1, folders: 1 });
      // Whose grant is on the folder itself keeps it on the copy.
      expect(await totals(reader)).toMatchObject({ files: 3, folders: 3 });
    }
  });

  test("behind a link of who does not see it", async () => {
    const { token } = await other.call(createShare, { body: { fileId: above, linkType: "permanent" } });
    const link = `${server.url}/api/v1/public/shares/${token}`;
    const listed = await textOf(fetch(`${link}/files?parentId=${await between()}`));
    expect(listed).toMatchObject({ status: 200, text: expect.not.stringContaining("stopped") });
    expect(await json(fetch(`${link}/size`))).toMatchObject({ files: 1, bytes: 5 });
    expect((await textOf(fetch(`${link}/archive`))).text).not.toContain("hidden");
    for (const path of [`files/${hiddenId}/content`, `files?parentId=${stopped}`, `archive?parentId=${stopped}`])
      expect((await fetch(`${link}/${path}`)).status).toBe(404);
    expect((await fetch(`${link}/files/${openId}/content`)).status).toBe(200);
    const whole = await owner.call(createShare, { body: { fileId: above, linkType: "permanent" } });
    const all = `${server.url}/api/v1/public/shares/${whole.token}`;
    expect((await fetch(`${all}/files/${hiddenId}/content`)).status).toBe(200);
    expect(await json(fetch(`${all}/size`))).toMatchObject({ files: 3, bytes: 18 });
  });

  test("by its name", async () => {
    const parentId = await between();
    const body = JSON.stringify({ name: `stopped ${word}`, parentId, onConflict: "reuse" });
    const ask = (person: Person) =>
      person.fetch("/api/v1/folders", { method: "POST", headers: { "content-type": "application/json" }, body });
    expect((await ask(other)).status).toBe(409);
    expect((await ask(owner)).status).toBe(201);
  });
});

describe("what stops inheritance is not taken along by who may not", () => {
  const refused = { status: 403, text: expect.stringContaining("contains_restricted") };
  const move = (id: string, parentId: string) =>
    other.fetch(`/api/v1/files/${id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ parentId }),
    });
  const bulk = async (action: string) => {
    const body = JSON.stringify({ action, ids: [await between()], parentId: above });
    const headers = { "content-type": "application/json" };
    return other.fetch("/api/v1/files/bulk", { method: "POST", headers, body });
  };

  test("into the trash, to another place, for good", async () => {
    const id = await between();
    const elsewhere = await newFolder(owner, above);
    expect(await textOf(other.fetch(`/api/v1/files/${id}`, { method: "DELETE" }))).toMatchObject(refused);
    expect(await textOf(other.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" }))).toMatchObject(
      refused,
    );
    expect(await textOf(move(id, elsewhere))).toMatchObject(refused);
    for (const action of ["trash", "delete"])
      expect(await textOf(bulk(action))).toMatchObject({
        status: 200,
        text: expect.stringContaining("contains_restricted"),
      });
    // Another name takes nothing away.
    await other.call(updateFile, { params: { id }, body: { name: "renamed" } });
    expect((await owner.fetch(`/api/v1/files/${hiddenId}/content`)).status).toBe(200);
    // To see it is not enough.
    await grantTo(pool(), { userId: other.id }, [stopped], "viewer");
    expect((await other.fetch(`/api/v1/files/${hiddenId}/content`)).status).toBe(200);
    expect(await textOf(other.fetch(`/api/v1/files/${id}`, { method: "DELETE" }))).toMatchObject(refused);
    await takeRole(pool(), other, stopped);
    await grantTo(pool(), { userId: other.id }, [stopped], "editor");
    expect((await move(id, elsewhere)).status).toBe(200);
    expect((await other.fetch(`/api/v1/files/${id}`, { method: "DELETE" })).status).toBe(204);
  });

  test("the owner takes it along, and sees it in the trash", async () => {
    const id = await between();
    expect((await owner.fetch(`/api/v1/files/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await json<{ items: [] }>(owner.fetch(`/api/v1/trash/${id}`))).items).toHaveLength(1);
    expect((await json<{ items: [] }>(other.fetch(`/api/v1/trash/${id}`))).items).toHaveLength(0);
    expect((await other.fetch(`/api/v1/trash/${stopped}`)).status).toBe(404);
    expect(await textOf(other.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" }))).toMatchObject(
      refused,
    );
  });
});

test("managers of the space see it, and what inherits again is seen at once", async () => {
  const get = (person: Person) => person.fetch(`/api/v1/files/${hiddenId}`);
  expect((await get(other)).status).toBe(404);
  await giveRole(pool(), other, owner.id, "manager");
  expect((await get(other)).status).toBe(200);
  await takeRole(pool(), other, owner.id);
  expect((await get(other)).status).toBe(404);
  await pool().query("update holdfast.files set inherits = true where id = $1", [stopped]);
  expect((await get(other)).status).toBe(200);
  expect(await json(other.fetch(`/api/v1/files/${above}/totals`))).toMatchObject({ files: 3, folders: 3 });
});
