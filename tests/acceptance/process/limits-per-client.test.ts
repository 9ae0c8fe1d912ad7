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

/** A request by hand, as mallory, and what it is answered. */
function send(lines: string[], from: string, body = Buffer.alloc(0)): { heard: string } {
  const socket = connectFrom(from);
  const request = { heard: "" };
  socket.on("data", (chunk: Buffer) => {
    request.heard += chunk.toString("latin1");
  });
  socket.write([...lines, `authorization: Bearer ${mallory.token}`, "host: x", "", ""].join("\r\n"));
  socket.write(body);
  return request;
}

async function ask(lines: string[], from: string): Promise<string> {
  const request = send(lines, from);
  await expect.poll(() => request.heard).toContain("\r\n\r\n");
  return request.heard;
}

test("one account cannot take all the memory of uploads, and others store their files meanwhile", async () => {
  const stalled = Array.from({ length: 70 }, (_, n) => {
    const lines = [`PUT /api/v1/files/content?name=stalled${n} HTTP/1.1`, `content-length: ${8 * MiB}`];
    return send(lines, "127.0.0.2", Buffer.alloc(MiB));
  });
  const answers = () => stalled.map(({ heard }) => heard).filter((heard) => heard !== "");
  // Two have their memory, 64 wait for it.
  await expect.poll(() => answers().length, { timeout: 15_000 }).toBe(4);
  for (const answer of answers()) expect(answer).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: 5[^]*"rate_limited"/);
  const bytes = randomBytes(5 * MiB);
  const file = await ann.put("ann's", bytes);
  expect((await ann.read(file.id)).equals(bytes)).toBe(true);
  // Hers did not wait until one of the others was refused.
  expect(answers()).toHaveLength(4);
  for (const socket of open.splice(0)) socket.destroy();
  // What they held is there again.
  const again = () => mallory.put("after", bytes, { onConflict: "rename" }).catch(() => null);
  await expect.poll(async () => (await again())?.fileSize, { timeout: 40_000 }).toBe(5 * MiB);
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

test("a program that heeds no refusal is answered later each time, and others are not", async () => {
  const timed = async (from: string) => {
    const began = performance.now();
    const socket = connectFrom(from);
    let heard = "";
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
    });
    socket.write("GET /api/v1/me HTTP/1.1\r\nauthorization: Bearer wrong\r\nhost: x\r\n\r\n");
    await expect.poll(() => heard, { interval: 10, timeout: 10_000 }).toMatch(/^HTTP\/1\.1 401 /);
    return performance.now() - began;
  };
  for (const atLeast of [240, 490, 990]) expect(await timed("127.0.0.7")).toBeGreaterThan(atLeast);
  expect(await timed("127.0.0.8")).toBeLessThan(990);
});
