import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder, deleteGrant, type File, type Grant, updateGrant } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";
import { give, giveGroup, join, makeGroup } from "./people.ts";

/** What is on its way when a role is taken back ends within a second; what others may goes on. */
const withinMs = 1_000;
const MiB = 1024 * 1024;

let server: TestServer;
let ada: Person;
let bob: Person;
let cem: Person;
let folder: File;
let large: File;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  [ada, bob, cem] = [await server.person("ada"), await server.person("bob"), await server.person("cem")];
  folder = await ada.call(createFolder, { body: { name: "shared" } });
  large = await ada.put("large.bin", randomBytes(64 * MiB), { parentId: folder.id });
});
afterAll(() => server.close());

/** Reads a little at a time, as a slow line does. */
async function slowly(person: Person, path: string) {
  const req = request(server.url + path, { headers: person.headers });
  const ended = new Promise<void>((resolve) => {
    req.on("error", () => resolve());
    req.once("response", (answer) => {
      answer.on("error", () => resolve());
      answer.once("close", () => resolve());
    });
  });
  req.end();
  const [answer] = (await once(req, "response")) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  answer.on("readable", () => {});
  const pump = setInterval(() => void answer.read(16 * 1024), 20);
  return {
    ended,
    stop() {
      clearInterval(pump);
      req.destroy();
    },
  };
}

/** Sends a little at a time. */
function sending(person: Person, method: string, path: string, headers: Record<string, string | number>) {
  const req: ClientRequest = request(server.url + path, { method, headers: { ...person.headers, ...headers } });
  const pump = setInterval(() => req.write(randomBytes(64 * 1024)), 20);
  const ended = new Promise<number>((resolve) => {
    req.on("error", () => resolve(0));
    req.once("response", (answer: IncomingMessage) => resolve(answer.statusCode as number));
    req.once("close", () => resolve(0));
  }).finally(() => clearInterval(pump));
  return { ended, stop: () => req.destroy() };
}

async function endsSoon(ended: Promise<unknown>, revoke: () => Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  await sleep(300);
  expect(over).toBe(false);
  await revoke();
  const begun = performance.now();
  await Promise.race([ended, sleep(5_000)]);
  expect(performance.now() - begun).toBeLessThan(withinMs);
  expect(over).toBe(true);
}

const content = () => `/api/v1/files/${large.id}/content`;
const end = (grant: Grant) => ada.call(deleteGrant, { params: { id: grant.id } });

describe.each([
  ["a download", content],
  ["an archive", () => `/api/v1/archives?ids=${folder.id}`],
])("%s ends", (_what, path) => {
  test("with the grant, and another's does not", async () => {
    const grant = await give(ada, folder.id, bob, "viewer");
    await give(ada, folder.id, cem, "viewer");
    const [bobs, cems, adas] = [await slowly(bob, path()), await slowly(cem, path()), await slowly(ada, path())];
    let others = 0;
    for (const { ended } of [cems, adas]) void ended.then(() => others++);
    await endsSoon(bobs.ended, () => end(grant));
    await sleep(500);
    expect(others).toBe(0);
    for (const { stop } of [bobs, cems, adas]) stop();
    expect((await bob.fetch(content())).status).toBe(404);
  });

  test("with the group that is emptied", async () => {
    const group = await makeGroup(server.services.pool, randomUUID(), [bob]);
    const grant = await giveGroup(ada, folder.id, group, "viewer");
    const bobs = await slowly(bob, path());
    await endsSoon(bobs.ended, () =>
      server.services.pool.query("delete from holdfast.group_members where group_id = $1", [group]),
    );
    bobs.stop();
    await join(server.services.pool, group, bob);
    await end(grant);
  });
});

describe("an upload ends, and nothing of it is seen", () => {
  const named = (name: string) => `name=${name}&parentId=${folder.id}`;
  const seen = async () => (await (await ada.fetch(`/api/v1/files?parentId=${folder.id}`)).json()) as { items: File[] };

  test("PUT, with the grant", async () => {
    const grant = await give(ada, folder.id, bob, "contributor");
    const put = sending(bob, "PUT", `/api/v1/files/content?${named("put.bin")}`, { "content-length": 512 * MiB });
    await endsSoon(put.ended, () => end(grant));
    expect((await seen()).items.map(({ name }) => name)).toEqual(["large.bin"]);
  });

  test("PUT, when the role is lowered", async () => {
    const grant = await give(ada, folder.id, bob, "editor");
    const put = sending(bob, "PUT", `/api/v1/files/content?${named("put.bin")}`, { "content-length": 512 * MiB });
    await endsSoon(put.ended, () =>
      ada.call(updateGrant, { params: { id: grant.id }, body: { role: "viewer" as const } }),
    );
    await end(grant);
  });

  test("tus, with the group that is emptied; it cannot be continued", async () => {
    const group = await makeGroup(server.services.pool, randomUUID(), [bob]);
    await giveGroup(ada, folder.id, group, "uploader");
    const metadata = metadataOf({ filename: "tus.bin", parentId: folder.id });
    const made = await tus(bob, "POST", "/api/v1/uploads", {
      headers: { "upload-length": 512 * MiB, "upload-metadata": metadata },
    });
    expect(made.status).toBe(201);
    const path = made.headers.get("location") as string;
    const headers = { "tus-resumable": "1.0.0", "upload-offset": 0, "content-type": "application/offset+octet-stream" };
    const patch = sending(bob, "PATCH", new URL(path, server.url).pathname, {
      ...headers,
      "content-length": 512 * MiB,
    });
    await endsSoon(patch.ended, () =>
      server.services.pool.query("delete from holdfast.group_members where group_id = $1", [group]),
    );
    const again = await tus(bob, "PATCH", path, { headers: { "upload-offset": 0 }, body: Buffer.from("bytes") });
    expect([404, 409, 423]).toContain(again.status);
    expect((await seen()).items.map(({ name }) => name)).toEqual(["large.bin"]);
  });
});
