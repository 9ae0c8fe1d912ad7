import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFolder,
  createShare,
  listFileActivity,
  restoreFile,
  revokeShare,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { tarOf } from "../../support/uploads/tar.ts";
import { giveRole, takeRole } from "../matrix/roles/grants.ts";
import { activity, outcome, say } from "./support.ts";

let server: TestServer;
let ada: Person;
let ben: Person;
let mia: Person;
let folderId: string;
beforeAll(async () => {
  server = await startServer();
  [ada, ben, mia] = (await Promise.all(["ada", "ben", "mia"].map((name) => server.person(name)))) as [
    Person,
    Person,
    Person,
  ];
  folderId = (await ada.call(createFolder, { body: { name: "shared" } })).id;
  await give(ben, folderId, "editor");
  await give(mia, folderId, "manager");
});
afterAll(() => server.close());

const give = (person: Person, id: string, role: Parameters<typeof giveRole>[3]) =>
  giveRole(server.services.pool, person, id, role);
const folder = async (name: string, parentId = folderId) =>
  (await ada.call(createFolder, { body: { name, parentId } })).id;
const said = async (person: Person, id: string) =>
  (await activity(person, id)).map(({ actor, kind, name }) => `${actor?.name} ${kind} ${name}`);
const move = (person: Person, id: string, body: object) => person.call(updateFile, { params: { id }, body });
const read = async (person: Person, id: string) => {
  await person.read(id);
  await server.services.accessLog.flush();
};

test("a file's: who added, changed, renamed, moved, shared, commented, threw away and restored it", async () => {
  const inner = await folder("inner");
  const { id } = await ben.put("a.txt", "1", { parentId: folderId });
  await ada.put("a.txt", "2", { parentId: folderId, onConflict: "replace" });
  await move(ben, id, { name: "b.txt" });
  await move(ada, id, { parentId: inner });
  const link = await ada.call(createShare, { body: { fileId: id, linkType: "permanent" } });
  await ada.call(revokeShare, { params: { id: link.id } });
  await say(ben, id, "well");
  await ben.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
  await ben.call(restoreFile, { params: { id }, body: {} });
  const expected = [
    "ben restored b.txt",
    "ben trashed b.txt",
    "ben commented b.txt",
    "ada sharing-ended null",
    "ada shared null",
    "ada moved b.txt",
    "ben renamed b.txt",
    "ada changed a.txt",
    "ben added a.txt",
  ];
  expect(await said(ben, id)).toEqual(expected);
  expect((await activity(ben, id)).find(({ kind }) => kind === "renamed")).toMatchObject({ formerName: "a.txt" });
  // The folder's are those of what is in it.
  expect(await said(ben, inner)).toEqual([...expected, "ada added inner"]);
  const whole = await said(ada, ada.id);
  expect(whole).toEqual(expect.arrayContaining(expected));
});

test("files of an archive too, and of somebody who opened a link", async () => {
  const inside = await folder(randomUUID());
  await ben.fetch(`/api/v1/files/batch?parentId=${inside}`, {
    method: "POST",
    body: tarOf({ path: "packed.txt", bytes: Buffer.from("x") }),
  });
  const body = { fileId: inside, linkType: "permanent" as const, allowUpload: true };
  const { token } = await ada.call(createShare, { body });
  const sent = await fetch(`${server.url}/api/v1/public/shares/${token}/files?name=sent.txt`, {
    method: "PUT",
    body: "x",
  });
  expect(sent.status).toBeLessThan(300);
  expect(await activity(ben, inside)).toMatchObject([
    { kind: "added", actor: null, byLink: true, name: "sent.txt" },
    { kind: "shared", actor: { name: "ada" }, file: { id: inside } },
    { kind: "added", actor: { name: "ben" }, byLink: false, file: { name: "packed.txt", kind: "file" } },
    { kind: "added", actor: { name: "ada" } },
  ]);
});

test("downloads for managers alone, several of one person as one", async () => {
  const { id } = await ada.put("loaded.txt", "x", { parentId: folderId });
  await read(ben, id);
  await read(ben, id);
  const downloads = async (person: Person, of: string) =>
    (await activity(person, of)).filter(({ kind, file }) => kind === "downloaded" && file.id === id);
  for (const of of [id, folderId]) {
    expect(await downloads(mia, of)).toMatchObject([{ actor: { name: "ben" }, times: 2 }]);
    expect(await downloads(ada, of)).toHaveLength(1);
    expect(await downloads(ben, of)).toEqual([]);
  }
  // Who manages the folder and only sees what lies in one that stops inheritance.
  const inner = await folder("managed by others");
  const kept = await ada.put("kept.txt", "x", { parentId: inner });
  await server.services.pool.query("update holdfast.files set inherits = false where id = $1", [inner]);
  await give(mia, inner, "viewer");
  await read(ada, kept.id);
  const kinds = async (person: Person) =>
    (await activity(person, folderId)).filter(({ file }) => file.id === kept.id).map(({ kind }) => kind);
  expect(await kinds(mia)).toEqual(["added"]);
  expect(await kinds(ada)).toEqual(["downloaded", "added"]);
});

test("no address of anybody's, and no email", async () => {
  const { id } = await ben.put(`${randomUUID()}.txt`, "x", { parentId: folderId });
  await read(ben, id);
  for (const of of [id, folderId]) {
    const text = await (await mia.fetch(`/api/v1/files/${of}/activity`)).text();
    expect(text).not.toMatch(/127\.0\.0\.1|::1|example\.org|requestId|userAgent|"ip"/);
  }
});

test("not what was moved out, nor what lies where one may not look; nor to who sees nothing", async () => {
  const [inside, closed] = [await folder("inside"), await folder("closed")];
  const out = await ada.put("moved out.txt", "x", { parentId: inside });
  const hidden = await ada.put("hidden.txt", "x", { parentId: closed });
  const outside = (await ada.call(createFolder, { body: { name: randomUUID() } })).id;
  expect(await said(ben, folderId)).toEqual(
    expect.arrayContaining(["ada added moved out.txt", "ada added hidden.txt"]),
  );
  await move(ada, out.id, { parentId: outside });
  await server.services.pool.query("update holdfast.files set inherits = false where id = $1", [closed]);
  const text = await (await ben.fetch(`/api/v1/files/${folderId}/activity?limit=100`)).text();
  for (const word of ["moved out", "hidden", out.id, hidden.id, outside]) expect(text).not.toContain(word);
  for (const id of [out.id, hidden.id, outside, ada.id])
    expect(await outcome(ben, "GET", `/api/v1/files/${id}/activity`)).toEqual({ status: 404, code: "not_found" });
  // Its owner sees all, and where it lies now.
  expect(await said(ada, outside)).toEqual(
    expect.arrayContaining(["ada moved moved out.txt", "ada added moved out.txt"]),
  );
  await give(ben, closed, "viewer");
  expect(await said(ben, folderId)).toContain("ada added hidden.txt");
  await takeRole(server.services.pool, ben, closed);
  await give(ben, folderId, "uploader");
  expect((await outcome(ben, "GET", `/api/v1/files/${folderId}/activity`)).status).toBe(403);
  await give(ben, folderId, "editor");
});

test("what is in the trash to who may restore it", async () => {
  const { id } = await ada.put("thrown away.txt", "x", { parentId: folderId });
  await ada.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
  expect(await said(ben, folderId)).toContain("ada trashed thrown away.txt");
  await give(ben, folderId, "viewer");
  expect((await said(ben, folderId)).join()).not.toContain("thrown away");
  await give(ben, folderId, "editor");
  await ada.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" });
  expect((await said(mia, folderId)).join()).not.toContain("thrown away");
});

test("pages that look back over so much, with a cursor where more may follow", async () => {
  const person = await server.person();
  const quiet = (await person.call(createFolder, { body: { name: "quiet" } })).id;
  const { id } = await person.put("loud.txt", "x");
  const list = (of: string, query = {}) => person.call(listFileActivity, { params: { id: of }, query });
  await server.services.pool.query(
    `insert into holdfast.audit_log (id, actor_id, action, target_id) select holdfast.uuid7(), $1, 'file.replace', $2
     from generate_series(1, 2500)`,
    [person.id, id],
  );
  const first = await list(quiet);
  expect(first).toMatchObject({ items: [], nextCursor: expect.any(String) });
  expect(await list(quiet, { cursor: first.nextCursor })).toMatchObject({
    items: [{ kind: "added" }],
    nextCursor: null,
  });
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let pages = 0; pages < 26; pages++) {
    const page = await list(id, { limit: 100, ...(cursor ? { cursor } : {}) });
    for (const item of page.items) seen.add(item.id);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  expect(seen.size).toBe(2501);
  expect((await outcome(person, "GET", `/api/v1/files/${id}/activity?cursor=x`)).code).toBe("invalid_cursor");
});

test("a file's entries of before this was noted are found; those of another space are not told", async () => {
  const { id } = await ada.put("old.txt", "x", { parentId: folderId });
  const { pool } = server.services;
  await pool.query("update holdfast.audit_log set space_id = null where target_id = $1", [id]);
  expect(await said(ben, id)).toEqual(["ada added old.txt"]);
  await pool.query("update holdfast.audit_log set space_id = $2 where target_id = $1", [id, ben.id]);
  expect(await said(ben, id)).toEqual([]);
});

test("somebody who is gone has no name", async () => {
  const zoe = await server.person();
  await give(zoe, folderId, "editor");
  const { id } = await zoe.put("left behind.txt", "x", { parentId: folderId });
  await say(zoe, id, "bye");
  await server.admin.fetch(`/api/v1/admin/users/${zoe.id}`, { method: "DELETE" });
  await eventually(async () => (await activity(ada, id))[0]?.actor === null);
});
