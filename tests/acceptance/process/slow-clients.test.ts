import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listFiles, listUploads } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { openConnection } from "../../support/raw-connection.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { entryOf } from "../../support/uploads/tar.ts";
import { metadataOf, tus, tusType } from "../../support/uploads/tus.ts";

const MiB = 2 ** 20;
/** Of each kind. */
const CLIENTS = 100;
const SILENCE_SECONDS = 2;

let server: TestServer;
let mallory: Person;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_CLIENT_TIMEOUT: String(SILENCE_SECONDS), HOLDFAST_UPLOAD_MEMORY: "1600M" });
  mallory = await server.person("mallory");
});
afterAll(() => server.close());

/** A client that sends this and then a byte now and then, or nothing, and hears what it is told unless it does not listen. */
function slowClient(lines: string[], { sent = Buffer.alloc(0), drip = "", deaf = false } = {}) {
  const socket: Socket = openConnection(server.url);
  const client = { socket, heard: "", ended: false };
  socket
    .on("error", () => {})
    .on("close", () => {
      client.ended = true;
      clearInterval(timer);
    });
  if (!deaf) socket.on("data", (chunk) => (client.heard += chunk.toString("latin1")));
  socket.write(lines.join("\r\n"));
  socket.write(sent);
  const timer = setInterval(() => drip !== "" && !socket.destroyed && socket.write(drip), 250);
  return client;
}

const many = <T>(make: (n: number) => T): T[] => Array.from({ length: CLIENTS }, (_, n) => make(n));
const head = (method: string, path: string, ...lines: string[]) => [
  ...[`${method} ${path} HTTP/1.1`, "host: x", `authorization: Bearer ${mallory.token}`, ...lines, "", ""],
];
const openSockets = () => new Promise<number>((resolve) => server.app.server.getConnections((_, n) => resolve(n)));

let counter = 0;
/** Somebody works for as long as slow clients are put up with. Returns what the slowest round took. */
async function slowestOf(person: Person, part: Buffer, look = () => {}): Promise<number> {
  let slowest = 0;
  const until = performance.now() + SILENCE_SECONDS * 1000;
  while (performance.now() < until) {
    const begin = performance.now();
    const file = await person.put(`file ${++counter}`, part);
    expect((await person.read(file.id)).equals(part)).toBe(true);
    await person.call(listFiles, {});
    slowest = Math.max(slowest, performance.now() - begin);
    look();
  }
  return slowest;
}

test("500 slow clients cost others nothing, are told why while they listen, and keep nothing", async () => {
  const ann = await server.person("ann");
  const large = await mallory.put("large", randomBytes(24 * MiB));
  const uploads: string[] = [];
  for (let n = 0; n < CLIENTS; n++) {
    const asked = { "upload-length": 4 * MiB, "upload-metadata": metadataOf({ filename: `upload ${n}` }) };
    uploads.push((await tus(mallory, "POST", "/api/v1/uploads", { headers: asked })).headers.get("location") as string);
  }
  const part = randomBytes(MiB);
  const quiet = await slowestOf(ann, part);
  const before = process.memoryUsage().arrayBuffers;

  const headers = many(() => slowClient(["GET /healthz HTTP/1.1", "host: x", "x-a: "], { drip: "a" }));
  const bodies = many(() => {
    const lines = head("POST", "/api/v1/folders", "content-type: application/json", "content-length: 1000");
    return slowClient(lines, { drip: " " });
  });
  const puts = many((n) =>
    slowClient(head("PUT", `/api/v1/files/content?name=put${n}`, `content-length: ${4 * MiB}`), { sent: part }),
  );
  const patches = uploads.map((path) => {
    const lines = ["tus-resumable: 1.0.0", `content-type: ${tusType}`, "upload-offset: 0"];
    return slowClient(head("PATCH", path, ...lines, `content-length: ${4 * MiB}`), { sent: part });
  });
  const unread = many(() => slowClient(head("GET", `/api/v1/files/${large.id}/content`), { deaf: true }));

  let held = 0;
  const busy = await slowestOf(ann, part, () => {
    held = Math.max(held, process.memoryUsage().arrayBuffers - before);
  });
  // 200 bodies hold up to two mebibytes each, and an answer that is not read an eighth of one.
  expect(held).toBeLessThan(500 * MiB);
  expect(busy).toBeLessThan(2_000 + 5 * quiet);

  for (const [kind, clients] of Object.entries({ headers, bodies, puts })) {
    await expect
      .poll(() => clients.filter(({ ended }) => ended).length, { message: kind, timeout: 15_000 })
      .toBe(CLIENTS);
    for (const { heard } of clients) expect(heard, kind).toMatch(/^HTTP\/1\.1 408 [^]*"request_timeout"/);
  }
  await expect.poll(() => patches.every(({ ended }) => ended), { timeout: 15_000 }).toBe(true);
  for (const { heard } of patches) expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  // Resumable: what came is there.
  const { items } = await mallory.call(listUploads, {});
  const offsets = items.map(({ offset }) => offset);
  expect(offsets).toHaveLength(CLIENTS);
  // All of it, where this machine was not too busy to send it in time.
  expect(Math.min(...offsets)).toBeGreaterThan(0);
  expect(Math.max(...offsets)).toBe(MiB);
  await expect.poll(openSockets, { timeout: 15_000 }).toBeLessThan(20);
  for (const { socket } of unread) socket.destroy();
  expect((await mallory.call(listFiles, {})).items.map(({ name }) => name)).toEqual(["large"]);
});

test("an archive whose client falls silent ends with what came whole, and says so", async () => {
  const archive = Buffer.concat([
    entryOf({ path: "whole", bytes: randomBytes(9000) }),
    entryOf({ path: "cut", size: 9000 }),
  ]);
  const client = slowClient(head("POST", "/api/v1/files/batch", `content-length: ${MiB}`), { sent: archive });
  await eventually(() => client.ended, SILENCE_SECONDS * 10_000);
  expect(client.heard).toMatch(/^HTTP\/1\.1 408/);
  expect(client.heard).toMatch(/"path":"whole","status":"stored"/);
  const { items } = await mallory.call(listFiles, { query: { limit: 1000 } });
  expect(items.map(({ name }) => name).filter((name) => /whole|cut/.test(name))).toEqual(["whole"]);
});
