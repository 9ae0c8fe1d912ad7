import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { activity, mention, say, told } from "../activity/support.ts";
import { giveRole, takeRole } from "./roles/grants.ts";

/** What people are told without asking for it by an id: notifications, events, names to pick, activity. */
let server: TestServer;
let owner: Person;
let other: Person;
let folderId: string;
let closedId: string;
let fileId: string;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
  const folder = async (name: string, parentId?: string) =>
    (await owner.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } })).id;
  folderId = await folder(randomUUID());
  closedId = await folder("closed", folderId);
  fileId = (await owner.put("file.txt", "x", { parentId: closedId })).id;
  await giveRole(server.services.pool, other, folderId, "viewer");
});
afterAll(() => server.close());

const inherit = (yes: boolean) =>
  server.services.pool.query("update holdfast.files set inherits = $2 where id = $1", [closedId, yes]);

describe("a role that is taken back by a folder that stops inheritance", () => {
  beforeAll(async () => {
    await say(other, fileId, "while I may");
    await say(owner, fileId, `${mention(other)} words`);
    expect((await told(other))[0]).toMatchObject({ file: { id: fileId }, excerpt: "@other words" });
    await inherit(false);
  });
  afterAll(() => inherit(true));

  test("of what one was told a name is left", async () => {
    const answer = await (await other.fetch("/api/v1/notifications")).text();
    expect(JSON.parse(answer).items[0]).toMatchObject({ file: null, excerpt: null, detail: { name: "file.txt" } });
    expect(answer).not.toContain("words");
  });

  test("neither a mention nor a comment is told to who mentioned or wrote here before", async () => {
    const before = (await told(other)).length;
    await say(owner, fileId, mention(other));
    await say(owner, fileId, "to who is concerned");
    expect(await told(other)).toHaveLength(before);
  });

  test("open pages hear nothing", async () => {
    const stop = new AbortController();
    const heard = new Map<Person, string>();
    for (const person of [owner, other]) {
      const { body } = await person.fetch("/api/v1/events", { signal: stop.signal });
      void (async () => {
        for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
          heard.set(person, (heard.get(person) ?? "") + Buffer.from(chunk).toString());
      })().catch(() => {});
    }
    // What was said before may still be on its way.
    await eventually(() => heard.size === 2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    heard.clear();
    await say(owner, fileId, "hush");
    await eventually(() => heard.get(owner)?.includes("comments.changed"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard.get(other) ?? "").not.toContain("comments.changed");
    stop.abort();
  });

  test("nobody picks their name, and the activity of the folder above has nothing of it", async () => {
    expect(await (await owner.fetch(`/api/v1/files/${fileId}/mentionable`)).json()).toEqual({ items: [] });
    const kinds = async (person: Person) => (await activity(person, folderId)).filter(({ file }) => file.id === fileId);
    expect(await kinds(other)).toEqual([]);
    expect((await kinds(owner)).length).toBeGreaterThan(1);
  });
});

test("and it is all there again once the folder inherits", async () => {
  expect((await told(other))[0]).toMatchObject({ file: { id: fileId } });
  expect(await (await owner.fetch(`/api/v1/files/${fileId}/mentionable`)).json()).toMatchObject({
    items: [{ id: other.id }],
  });
  await takeRole(server.services.pool, other, folderId);
  expect((await told(other))[0]).toMatchObject({ file: null });
});
