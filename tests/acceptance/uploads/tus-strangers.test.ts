import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openConnection } from "../../support/raw-connection.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { metadataOf, tus, tusType } from "../../support/uploads/tus.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test("a stranger who asks where an upload stands does not interrupt the request that writes to it", async () => {
  const [ann, bob] = [await server.person("ann"), await server.person("bob")];
  const created = await tus(ann, "POST", "/api/v1/uploads", {
    headers: { "upload-length": 10, "upload-metadata": metadataOf({ filename: "ten bytes" }) },
  });
  const path = new URL(created.headers.get("location") as string, server.url).pathname;
  const socket = openConnection(server.url).on("error", () => {});
  const lines = [
    ...[`PATCH ${path} HTTP/1.1`, "host: x", `authorization: Bearer ${ann.token}`, "tus-resumable: 1.0.0"],
    ...[`content-type: ${tusType}`, "upload-offset: 0", "content-length: 10", "expect: 100-continue"],
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await once(socket, "data");
  socket.write("hello");
  const locked = () =>
    server.services.pool.query<{ locked_by: string | null }>("select locked_by from holdfast.uploads");
  await expect.poll(async () => (await locked()).rows[0]?.locked_by).toBeTruthy();

  for (let n = 0; n < 3; n++) expect((await tus(bob, "HEAD", path)).status).toBe(404);
  socket.write("world");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 204 /);
  socket.destroy();
});
