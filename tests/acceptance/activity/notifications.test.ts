import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFolder,
  deleteComment,
  deleteNotification,
  getNotificationSettings,
  listNotifications,
  updateNotificationSettings,
  updateNotifications,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { giveRole, takeRole } from "../matrix/roles/grants.ts";
import { mention, outcome, say, told } from "./support.ts";

let server: TestServer;
let ada: Person;
let ben: Person;
let folderId: string;
let fileId: string;
beforeAll(async () => {
  server = await startServer();
  [ada, ben] = (await Promise.all(["ada", "ben"].map((name) => server.person(name)))) as [Person, Person];
  folderId = (await ada.call(createFolder, { body: { name: "secret plans" } })).id;
  fileId = (await ada.put("plan.txt", "x", { parentId: folderId })).id;
  await giveRole(server.services.pool, ben, folderId, "viewer");
});
afterAll(() => server.close());

const page = (person: Person, query = {}) => person.call(listNotifications, { query });
const insert = (person: Person, number: number, at = "now()") =>
  server.services.pool.query(
    `insert into holdfast.notifications (user_id, kind, detail, created_at)
     select $1, 'grant.given', '{"name":"x"}', ${at} from generate_series(1, $2)`,
    [person.id, number],
  );

test("pages, newest first, and how many are unread; read, unread, read up to one, removed", async () => {
  const person = await server.person();
  await insert(person, 5);
  const first = await page(person, { limit: 3 });
  expect(first).toMatchObject({ unread: 5, items: { length: 3 } });
  const second = await page(person, { limit: 3, cursor: first.nextCursor });
  const ids = [...first.items, ...second.items].map(({ id }) => id);
  expect(second.nextCursor).toBe(null);
  expect(ids).toEqual([...ids].sort().reverse());
  const update = (body: object) => person.call(updateNotifications, { body: body as { ids: string[] } });
  expect(await update({ ids: [ids[0]], read: true })).toEqual({ unread: 4 });
  expect(await update({ readUpTo: ids[2] })).toEqual({ unread: 1 });
  expect(await update({ ids: ids.slice(3), read: false })).toEqual({ unread: 3 });
  await person.call(deleteNotification, { params: { id: ids[4] as string } });
  expect(await page(person)).toMatchObject({ unread: 2, items: { length: 4 } });
  for (const body of [{}, { ids: [ids[0]], readUpTo: ids[0] }, { ids: [] }, { ids: ["x"] }])
    expect((await outcome(person, "PATCH", "/api/v1/notifications", body)).code).toBe("invalid_request");
});

test("another's are not listed, not marked and not removed", async () => {
  const [one, other] = [await server.person(), await server.person()];
  await insert(one, 2);
  const ids = (await told(one)).map(({ id }) => id);
  expect(await told(other)).toEqual([]);
  for (const body of [{ ids }, { readUpTo: ids[0] as string }])
    expect(await other.call(updateNotifications, { body })).toEqual({ unread: 0 });
  expect(await outcome(other, "DELETE", `/api/v1/notifications/${ids[0]}`)).toEqual({ status: 404, code: "not_found" });
  expect((await page(one)).unread).toBe(2);
});

test("of what has become invisible the name stays, without a link and without anything new", async () => {
  await say(ada, fileId, `${mention(ben)} look at this`);
  expect((await told(ben))[0]).toMatchObject({ file: { id: fileId }, excerpt: expect.stringContaining("look") });
  await takeRole(server.services.pool, ben, folderId);
  await ada.fetch(`/api/v1/files/${fileId}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "renamed since.txt" }),
  });
  const answer = await (await ben.fetch("/api/v1/notifications")).text();
  expect(JSON.parse(answer).items[0]).toMatchObject({ file: null, excerpt: null, detail: { name: "plan.txt" } });
  for (const word of ["renamed since", "look at this", "secret plans", fileId, folderId])
    expect(answer).not.toContain(word);
  // Who sees one file alone is not told where it lies.
  await giveRole(server.services.pool, ben, fileId, "viewer");
  expect((await told(ben))[0]).toMatchObject({ file: { id: fileId, folderId: null } });
  await takeRole(server.services.pool, ben, fileId);
  // What is in the trash is not to be opened.
  await giveRole(server.services.pool, ben, folderId, "viewer");
  await ada.fetch(`/api/v1/files/${fileId}`, { method: "DELETE" });
  expect((await told(ben))[0]).toMatchObject({ file: null, excerpt: null });
  await ada.fetch(`/api/v1/files/${fileId}/restore`, {
    ...{ method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
  });
  expect((await told(ben))[0]).toMatchObject({ file: { id: fileId } });
});

test("what is told of a comment goes with it", async () => {
  const { id } = await say(ada, fileId, mention(ben));
  expect((await told(ben))[0]?.detail.commentId).toBe(id);
  await ada.call(deleteComment, { params: { id } });
  expect((await told(ben)).map(({ detail }) => detail.commentId)).not.toContain(id);
});

test("kinds that are turned off are not shown or counted, and come back", async () => {
  const person = await server.person();
  await insert(person, 2);
  const settings = await person.call(getNotificationSettings, {});
  expect(settings).toMatchObject({ digest: "daily", mail: false });
  expect(settings.kinds.every(({ page: shown, mail }) => shown && mail)).toBe(true);
  const set = (body: object) => person.call(updateNotificationSettings, { body });
  const kindOf = ({ kinds }: typeof settings, name: string) => kinds.find(({ kind }) => kind === name);
  const off = await set({ kinds: [{ kind: "grant.given", page: false }] });
  expect(kindOf(off, "grant.given")).toMatchObject({ page: false, mail: true });
  expect(await page(person)).toMatchObject({ unread: 0, items: [] });
  await set({ kinds: [{ kind: "comment.added", mail: false }], digest: "hourly" });
  const both = await person.call(getNotificationSettings, {});
  expect([kindOf(both, "grant.given")?.page, kindOf(both, "comment.added")?.mail, both.digest]).toEqual([
    false,
    false,
    "hourly",
  ]);
  await set({ kinds: [{ kind: "grant.given", page: true }] });
  expect(await page(person)).toMatchObject({ unread: 2 });
  for (const body of [{ digest: "weekly" }, { kinds: [{ kind: "made.up", page: false }] }])
    expect((await outcome(person, "PATCH", "/api/v1/notifications/settings", body)).status).toBe(400);
});

test("after 90 days, and beyond the newest 1,000, they go", async () => {
  const [old, many] = [await server.person(), await server.person()];
  await insert(old, 1, "now() - interval '91 days'");
  await insert(old, 1, "now() - interval '89 days'");
  await insert(many, 1_005);
  const newest = (await told(many))[0]?.id;
  await server.runJob("activity.sweep");
  expect(await told(old)).toHaveLength(1);
  const { rows } = await server.services.pool.query(
    "select count(*)::int as number, max(id::text) as newest from holdfast.notifications where user_id = $1",
    [many.id],
  );
  expect(rows).toEqual([{ number: 1_000, newest }]);
});

test("open pages hear of a notification and of a comment at once, and nobody else's do", async () => {
  const heard = new Map<Person, string[]>();
  const stop = new AbortController();
  const eve = await server.person(`eve${randomUUID().slice(0, 8)}`);
  for (const person of [ada, ben, eve]) {
    const lines: string[] = [];
    heard.set(person, lines);
    const stream = await person.fetch("/api/v1/events", { signal: stop.signal });
    void (async () => {
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>)
        lines.push(Buffer.from(chunk).toString());
    })().catch(() => {});
  }
  await say(ada, fileId, mention(ben));
  const all = (person: Person) => heard.get(person)?.join("") ?? "";
  await eventually(() => all(ben).includes("notifications.changed") && all(ben).includes("comments.changed"));
  await eventually(() => all(ada).includes("comments.changed"));
  expect(all(ben)).toContain(fileId);
  expect(all(ada)).not.toContain("notifications.changed");
  expect(all(eve)).not.toMatch(/comments|notifications/);
  stop.abort();
});
