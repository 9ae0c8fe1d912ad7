import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const MiB = 2 ** 20;

let server: TestServer;
let ann: Person;
let mallory: Person;
const open: Socket[] = [];
beforeAll(async () => {
  server = await startServer({ HOLDFAST_UPLOAD_MEMORY: "16M", HOLDFAST_MAX_CONNECTIONS: "400" });
  ann = await server.person("ann");
  mallory = await server.person("mallory");
});
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await server.close();
});

/** A connection from another address than the test's own. */
function connectFrom(localAddress: string): Socket {
  const socket = connect({ port: Number(new URL(server.url).port), host: "127.0.0.1", localAddress });
  open.push(socket.on("error", () => {}));
  return socket;
}

/** What a request by hand is answered, in time; null where it waits. */
async function ask(lines: string[], from: string, body = Buffer.alloc(0)): Promise<string | null> {
  const socket = connectFrom(from);
  socket.write([...lines, `authorization: Bearer ${mallory.token}`, "host: x", "", ""].join("\r\n"));
  socket.write(body);
  const heard = once(socket, "data").then(([chunk]) => String(chunk));
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), 1_000));
  return Promise.race([heard, late]);
}

test("one account cannot take all the memory of uploads, and others store their files meanwhile", async () => {
  const stalled = Array.from({ length: 70 }, (_, n) => {
    const lines = [`PUT /api/v1/files/content?name=stalled${n} HTTP/1.1`, `content-length: ${8 * MiB}`];
    return ask(lines, "127.0.0.2", Buffer.alloc(MiB));
  });
  const answers = (await Promise.all(stalled)).filter((answer) => answer !== null);
  // Two have their memory, 64 wait for it.
  expect(answers).toHaveLength(4);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: 5[^]*"rate_limited"/);
  const begin = performance.now();
  const bytes = randomBytes(5 * MiB);
  const file = await ann.put("ann's", bytes);
  expect((await ann.read(file.id)).equals(bytes)).toBe(true);
  expect(performance.now() - begin).toBeLessThan(3_000);
  for (const socket of open.splice(0)) socket.destroy();
  // What they held is there again.
  await expect.poll(async () => (await mallory.put("after", bytes, { onConflict: "rename" })).fileSize).toBe(5 * MiB);
});

test("one account has a quarter of all downloads at once", async () => {
  const { id } = await mallory.put("large", randomBytes(16 * MiB));
  const path = `/api/v1/files/${id}/content`;
  const unread = Array.from({ length: 25 }, () => {
    const socket = connectFrom("127.0.0.3");
    socket.write([`GET ${path} HTTP/1.1`, `authorization: Bearer ${mallory.token}`, "host: x", "", ""].join("\r\n"));
    return once(socket, "readable");
  });
  await Promise.all(unread);
  const answer = await ask([`GET ${path} HTTP/1.1`], "127.0.0.4");
  expect(answer).toMatch(/^HTTP\/1\.1 429 [^]*"rate_limited"/);
  const { id: anns } = await ann.put("ann's too", "bytes");
  expect(String(await ann.read(anns))).toBe("bytes");
  for (const socket of open.splice(0)) socket.destroy();
  await expect.poll(async () => (await mallory.fetch(path, { headers: { range: "bytes=0-0" } })).status).toBe(206);
});

test("one address has a quarter of all connections; more are told so and ended", async () => {
  const idle = Array.from({ length: 100 }, () => connectFrom("127.0.0.5"));
  await Promise.all(idle.map((socket) => once(socket, "connect")));
  const answer = await ask(["GET /healthz HTTP/1.1"], "127.0.0.5");
  expect(answer).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: 5[^]*"rate_limited"/);
  expect(await ask(["GET /healthz HTTP/1.1"], "127.0.0.6")).toMatch(/^HTTP\/1\.1 200 /);
  idle[0]?.destroy();
  await expect.poll(() => ask(["GET /healthz HTTP/1.1"], "127.0.0.5")).toMatch(/^HTTP\/1\.1 200 /);
});
