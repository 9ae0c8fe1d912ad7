import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ObjectNotFound } from "../errors.ts";
import { createS3Store } from "./s3.ts";

/** A service that does not keep to what it announces. */
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function storeThatSends(headers: Record<string, string>, body: Buffer, status = 200) {
  return storeAt((_request, response) => {
    response.writeHead(status, headers);
    response.write(body, () => response.destroy());
  });
}

async function storeAt(listener: RequestListener) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return createS3Store({
    bucket: "files",
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pathStyle: true,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
}

async function read(store: Awaited<ReturnType<typeof storeThatSends>>, range?: { start: number; end: number }) {
  const chunks: Buffer[] = [];
  const error = await store
    .get("a", (chunk) => void chunks.push(Buffer.from(chunk)), range)
    .then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
  return { bytes: Buffer.concat(chunks), error };
}

test("fewer bytes than announced are a failure", async () => {
  const { bytes, error } = await read(await storeThatSends({ "content-length": "1000" }, Buffer.alloc(400, 1)));
  expect(bytes.length).toBeLessThanOrEqual(400);
  expect(error).toMatchObject({ name: "StorageError", code: "unavailable" });
});

test("a body of no announced length is refused before its first byte", async () => {
  const { bytes, error } = await read(await storeThatSends({}, Buffer.alloc(400, 1)));
  expect(bytes.length).toBe(0);
  expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("how long") });
});

test("of more than the range that was asked for, only the range is pushed", async () => {
  const body = Buffer.from(Array.from({ length: 100 }, (_, i) => i));
  const headers = { "content-length": "100", "content-range": "bytes 0-99/100" };
  const { bytes, error } = await read(await storeThatSends(headers, body, 206), { start: 10, end: 20 });
  expect(error).toBeNull();
  expect([...bytes]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

test("an object that somebody else moves between the look and the copy is not there, and the store is not called away", async () => {
  const store = await storeAt((request, response) => {
    if (request.method === "HEAD") return void response.writeHead(200, { "content-length": "5", etag: '"a"' }).end();
    response.writeHead(404, { "content-type": "application/xml" });
    response.end("<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>");
  });
  await expect(store.move("a", "b")).rejects.toThrow(ObjectNotFound);
});
