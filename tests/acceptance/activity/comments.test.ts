import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFolder,
  deleteComment,
  deleteFile,
  listComments,
  listMentionable,
  restoreFile,
  updateComment,
  updateFile,
  updateMe,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { giveRole, takeRole } from "../matrix/roles/grants.ts";
import { comments, mention, outcome, say, told } from "./support.ts";

let server: TestServer;
let ada: Person;
let ben: Person;
let eve: Person;
let folderId: string;
beforeAll(async () => {
  server = await startServer();
  [ada, ben, eve] = (await Promise.all(["ada", "ben", "eve"].map((name) => server.person(name)))) as [
    Person,
    Person,
    Person,
  ];
  folderId = (await ada.call(createFolder, { body: { name: "shared" } })).id;
  await give(ben, folderId, "viewer");
});
afterAll(() => server.close());

const give = (person: Person, id: string, role: Parameters<typeof giveRole>[3]) =>
  giveRole(server.services.pool, person, id, role);
const newFile = async () => (await ada.put(`${randomUUID()}.txt`, "x", { parentId: folderId })).id;
/** As if everybody had written what they wrote an hour ago. */
const later = () => server.services.pool.query("update holdfast.comments set created_at = now() - interval '1 hour'");

test("who sees a file reads and writes, newest first, with names and nothing more of others", async () => {
  const id = await newFile();
  await ada.call(updateMe, { body: { displayName: "Ada L." } });
  await say(ada, id, "first");
  const made = await say(ben, id, "  second, with **more** <b>in</b> it  ");
  expect(made).toMatchObject({
    text: "second, with **more** <b>in</b> it",
    mine: true,
    mayDelete: true,
    editedAt: null,
  });
  const answer = await ben.fetch(`/api/v1/files/${id}/comments`);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({
    total: 2,
    items: [
      { id: made.id, author: { id: ben.id, name: "ben" } },
      { text: "first", author: { name: "Ada L." }, mine: false, mayDelete: false },
    ],
  });
  expect(text).not.toContain("@example.org");
  const page = await ben.call(listComments, { params: { id }, query: { limit: 1 } });
  const next = await ben.call(listComments, { params: { id }, query: { limit: 1, cursor: page.nextCursor as string } });
  expect([page.items[0]?.id, next.items[0]?.text, next.nextCursor]).toEqual([made.id, "first", null]);
});

test("an author changes and deletes, a manager deletes, nobody else does either", async () => {
  const id = await newFile();
  const { id: commentId } = await say(ben, id, "mine");
  const path = `/api/v1/comments/${commentId}`;
  expect(await outcome(ada, "PATCH", path, { text: "not yours" })).toEqual({ status: 403, code: "forbidden" });
  const changed = await ben.call(updateComment, { params: { id: commentId }, body: { text: "changed" } });
  expect(changed).toMatchObject({ text: "changed", editedAt: expect.any(String) });
  for (const role of ["viewer", "contributor", "editor"] as const) {
    await give(eve, folderId, role);
    expect(await outcome(eve, "DELETE", path)).toEqual({ status: 403, code: "forbidden" });
  }
  await takeRole(server.services.pool, eve, folderId);
  expect(await outcome(eve, "DELETE", path)).toEqual({ status: 404, code: "not_found" });
  await ada.call(deleteComment, { params: { id: commentId } });
  expect(await comments(ben, id)).toEqual([]);
  const own = await say(ben, id, "again");
  await ben.call(deleteComment, { params: { id: own.id } });
  expect(await outcome(ben, "DELETE", `/api/v1/comments/${own.id}`)).toEqual({ status: 404, code: "not_found" });
});

test("who may no longer see the file reads, changes and deletes nothing, one's own neither; who only adds neither", async () => {
  const id = await newFile();
  await give(eve, folderId, "viewer");
  const { id: commentId } = await say(eve, id, "while I may");
  await takeRole(server.services.pool, eve, folderId);
  for (const [method, path, body] of [
    ["GET", `files/${id}/comments`],
    ["GET", `files/${id}/mentionable`],
    ["POST", `files/${id}/comments`, { text: "x" }],
    ["PATCH", `comments/${commentId}`, { text: "x" }],
    ["DELETE", `comments/${commentId}`],
  ] as const)
    expect(await outcome(eve, method, `/api/v1/${path}`, body)).toEqual({ status: 404, code: "not_found" });
  await give(eve, folderId, "uploader");
  expect((await outcome(eve, "GET", `/api/v1/files/${id}/comments`)).status).toBe(403);
  expect((await outcome(eve, "POST", `/api/v1/files/${id}/comments`, { text: "x" })).status).toBe(403);
  expect((await outcome(eve, "PATCH", `/api/v1/comments/${commentId}`, { text: "x" })).status).toBe(403);
  await takeRole(server.services.pool, eve, folderId);
});

test("comments stay through a rename and the trash, where nobody writes, and go with the file", async () => {
  const id = await newFile();
  await say(ben, id, "stays");
  await ada.call(updateFile, { params: { id }, body: { name: `${randomUUID()}.txt` } });
  await ada.call(deleteFile, { params: { id } });
  expect(await comments(ada, id)).toMatchObject([{ text: "stays" }]);
  expect((await outcome(ben, "GET", `/api/v1/files/${id}/comments`)).status).toBe(404);
  expect((await outcome(ada, "POST", `/api/v1/files/${id}/comments`, { text: "x" })).status).toBe(404);
  await ada.call(restoreFile, { params: { id }, body: {} });
  expect(await comments(ben, id)).toMatchObject([{ text: "stays" }]);
  await ada.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" });
  await eventually(async () => {
    const { rows } = await server.services.pool.query("select from holdfast.comments where file_id = $1", [id]);
    return rows.length === 0;
  });
});

test("a mention is of people who see the file, and nobody else learns of it", async () => {
  const id = await newFile();
  await later();
  const before = (await told(eve)).length;
  const text = `${mention(ben)} and ${mention(eve)} and @[ghost](${randomUUID()})`;
  const made = await say(ada, id, text);
  expect(made.mentions).toEqual([{ id: ben.id, name: "ben" }]);
  expect(made.text).toBe(text);
  expect((await told(ben))[0]).toMatchObject({
    kind: "comment.mentioned",
    actor: { id: ada.id },
    file: { id, kind: "file", folderId },
    excerpt: "@ben and @eve and @ghost",
    readAt: null,
  });
  expect(await told(eve)).toHaveLength(before);
  // Nor who only adds files there.
  await give(eve, folderId, "uploader");
  expect((await say(ada, id, mention(eve))).mentions).toEqual([]);
  expect(await told(eve)).toHaveLength(before);
  // Changed: who was told is not told again, who is new is.
  const count = (await told(ben)).length;
  await give(eve, folderId, "viewer");
  await ada.call(updateComment, { params: { id: made.id }, body: { text: `${text} indeed` } });
  expect(await told(ben)).toHaveLength(count);
  expect((await told(eve))[0]).toMatchObject({ kind: "comment.mentioned", excerpt: "@ben and @eve and @ghost indeed" });
  await takeRole(server.services.pool, eve, folderId);
});

test("the picker shows people with access alone, by a part of their name, and never an address", async () => {
  const id = await newFile();
  const names = async (person: Person, q?: string) =>
    (await person.call(listMentionable, { params: { id }, query: q === undefined ? {} : { q } })).items;
  expect(await names(ben)).toEqual([{ id: ada.id, name: "Ada L." }]);
  expect(await names(ada, "BE")).toEqual([{ id: ben.id, name: "ben" }]);
  for (const q of ["eve", "example.org", "%", "_", "\\"]) expect(await names(ada, q)).toEqual([]);
  const { pool } = server.services;
  await pool.query("insert into holdfast.groups (id, name) values (holdfast.uuid7(), 'guests')");
  await pool.query(
    "insert into holdfast.group_members (group_id, user_id) select id, $1 from holdfast.groups where name = 'guests'",
    [eve.id],
  );
  await pool.query(
    `insert into holdfast.grants (id, file_id, space_id, group_id, role)
     select holdfast.uuid7(), $1, $2, id, 'viewer' from holdfast.groups where name = 'guests'`,
    [id, ada.id],
  );
  expect(await names(ada, "eve")).toEqual([{ id: eve.id, name: "eve" }]);
  await pool.query("update holdfast.grants set expires_at = now() - interval '1 second' where group_id is not null");
  expect(await names(ada, "eve")).toEqual([]);
});

test("who commented, the owner and managers are told of a comment, and nobody who may no longer see it", async () => {
  const id = await newFile();
  await later();
  await give(eve, folderId, "manager");
  await say(ben, id, "one");
  expect((await told(eve))[0]).toMatchObject({ kind: "comment.added", excerpt: "one" });
  expect((await told(ada))[0]).toMatchObject({ kind: "comment.added", actor: { name: "ben" } });
  const own = (await told(ben)).length;
  await takeRole(server.services.pool, eve, folderId);
  const eves = (await told(eve)).length;
  await say(ada, id, "two");
  expect((await told(ben))[0]).toMatchObject({ kind: "comment.added", excerpt: "two" });
  expect(await told(ben)).toHaveLength(own + 1);
  expect(await told(eve)).toHaveLength(eves);
});

test("what is too long, empty, too much at once or too many is refused", async () => {
  const id = await newFile();
  await later();
  const post = (text: unknown) => outcome(ben, "POST", `/api/v1/files/${id}/comments`, { text });
  for (const text of ["", "   ", "x".repeat(4001), "a\0b", 7])
    expect(await post(text)).toEqual({ status: 400, code: "invalid_request" });
  expect((await post("🦊".repeat(4000))).status).toBe(201);
  for (let i = 1; i < 20; i++) expect((await post("more")).status).toBe(201);
  expect(await post("too much")).toEqual({ status: 429, code: "rate_limited" });
  await later();
  await server.services.pool.query(
    "insert into holdfast.comments (file_id, text, created_at) select $1, 'x', now() from generate_series(21, 1000)",
    [id],
  );
  expect(await post("too many")).toEqual({ status: 409, code: "too_many_comments" });
});

test("a comment that is sent again with its key is there once", async () => {
  const id = await newFile();
  await later();
  const send = () =>
    ben.fetch(`/api/v1/files/${id}/comments`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "once" },
      body: JSON.stringify({ text: "once" }),
    });
  expect(await (await send()).json()).toEqual(await (await send()).json());
  expect(await comments(ben, id)).toHaveLength(1);
});
