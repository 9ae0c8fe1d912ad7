import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createFolder, deleteGrant, setInheritance } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { give, giveGroup, makeGroup } from "./people.ts";

let server: TestServer;
let ada: Person;
const stop = new AbortController();
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  ada = await server.person("ada");
});
afterEach(() => expect(stop.signal.aborted).toBe(false));
afterAll(async () => {
  stop.abort();
  await server.close();
});

const folder = (name: string = randomUUID(), parentId?: string) =>
  ada.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } });

/** What the open page of a person hears, as `type id`. */
async function listen(person: Person): Promise<Set<string>> {
  const heard = new Set<string>();
  const answer = await person.fetch("/api/v1/events", { signal: stop.signal });
  void (async () => {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      for (const line of chunk.split("\n")) {
        if (!line.startsWith("data: ")) continue;
        const { type, id } = JSON.parse(line.slice(6)) as { type: string; id?: string };
        heard.add(id === undefined ? type : `${type} ${id}`);
      }
    }
  })().catch(() => {});
  // Which spaces it follows is asked for while the stream opens.
  await sleep(300);
  return heard;
}

test("changes in a shared folder reach who sees it, and nobody else; nor what happens beside it", async () => {
  const [bob, cem, dot] = [await server.person(), await server.person(), await server.person()];
  const [shared, beside] = [await folder(), await folder()];
  await give(ada, shared.id, bob, "editor");
  await give(ada, beside.id, cem, "viewer");
  await give(ada, shared.id, dot, "uploader");
  const [adas, bobs, cems, dots] = [await listen(ada), await listen(bob), await listen(cem), await listen(dot)];
  await ada.put("by ada.txt", "x", { parentId: shared.id });
  await eventually(async () => bobs.has(`files.changed ${shared.id}`) && adas.has(`files.changed ${shared.id}`));
  bobs.clear();
  adas.clear();
  const file = await bob.put("by bob.txt", "x", { parentId: shared.id });
  await eventually(async () => bobs.has(`files.changed ${shared.id}`) && adas.has(`files.changed ${shared.id}`));
  await bob.fetch(`/api/v1/files/${file.id}`, { method: "DELETE" });
  await eventually(async () => adas.has("files.changed trash") && bobs.has("files.changed trash"));
  await ada.put("beside.txt", "x", { parentId: beside.id });
  await ada.put("at the top.txt", "x");
  await eventually(async () => cems.has(`files.changed ${beside.id}`) && adas.has("files.changed root"));
  await sleep(500);
  expect([...bobs].filter((event) => event.includes(beside.id) || event.includes(ada.id))).toEqual([]);
  expect([...cems]).toEqual([`files.changed ${beside.id}`]);
  // An uploader does not see the folder; of what they add themselves they hear.
  expect([...dots]).toEqual([]);
  await dot.put("by dot.txt", "x", { parentId: shared.id });
  await eventually(async () => dots.has(`files.changed ${shared.id}`));
});

test("nothing of one's own account is told to who sees a folder", async () => {
  const bob = await server.person();
  const { id } = await folder();
  await give(ada, id, bob, "manager");
  const bobs = await listen(bob);
  await ada.fetch("/api/v1/shares", {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ fileId: id, linkType: "permanent" }),
  });
  await ada.fetch("/api/v1/me", {
    ...{ method: "PATCH", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ displayName: "Ada" }),
  });
  await sleep(800);
  expect([...bobs].filter((event) => !event.startsWith("grants.changed"))).toEqual([]);
});

test("who is given something hears it, sees its changes from then on, and no longer after it was taken", async () => {
  const bob = await server.person();
  const { id } = await folder();
  const below = await folder(randomUUID(), id);
  const bobs = await listen(bob);
  const grant = await give(ada, id, bob, "viewer");
  await eventually(async () => bobs.has("grants.changed"));
  await ada.put("one.txt", "x", { parentId: below.id });
  await eventually(async () => bobs.has(`files.changed ${below.id}`));
  bobs.clear();
  await ada.call(setInheritance, { params: { id: below.id }, body: { inherits: false } });
  await eventually(async () => bobs.has("grants.changed"));
  bobs.clear();
  await ada.put("two.txt", "x", { parentId: below.id });
  await ada.put("three.txt", "x", { parentId: id });
  await eventually(async () => bobs.has(`files.changed ${id}`));
  expect([...bobs]).not.toContain(`files.changed ${below.id}`);
  await ada.call(deleteGrant, { params: { id: grant.id } });
  await eventually(async () => bobs.has("grants.changed"));
  bobs.clear();
  await ada.put("four.txt", "x", { parentId: id });
  await sleep(800);
  expect([...bobs].filter((event) => event.startsWith("files"))).toEqual([]);
});

test("who comes into a group hears what it was given", async () => {
  const bob = await server.person();
  const { id } = await folder();
  const group = await makeGroup(server.services.pool, randomUUID(), []);
  await giveGroup(ada, id, group, "viewer");
  const bobs = await listen(bob);
  await server.services.pool.query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [
    group,
    bob.id,
  ]);
  await eventually(async () => bobs.has("grants.changed"));
});
