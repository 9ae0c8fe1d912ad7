import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { openConnection } from "../../support/raw-connection.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const MiB = 2 ** 20;
const FOLDERS = 199;
/** With the one around them 200,000 entries, the most that an archive may have. */
const INNER = 1004;

// On a machine that is busy with other things, many rows take their time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let server: TestServer;
let ann: Person;
let path: string;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
  const { id: folder } = await ann.call(createFolder, { body: { name: "many" } });
  path = `/api/v1/archives?ids=${folder}`;
  const client = await server.services.pool.connect();
  // As rows alone, which nobody lists or searches.
  await client.query("set session_replication_role = replica");
  await client.query("drop index holdfast.files_by_name, holdfast.files_by_size, holdfast.files_by_modified");
  // Folders have no bytes to be read: what is left is the archive itself.
  await client.query(
    `with made as (select gen_random_uuid() as id, n from generate_series(1, ${FOLDERS}) n),
     outer_folders as (insert into holdfast.files (id, space_id, parent_id, name, kind)
       select id, $1, $2, 'folder ' || n, 'folder' from made)
     insert into holdfast.files (id, space_id, parent_id, name, kind)
     select gen_random_uuid(), $1, made.id, 'an inner folder of some name ' || m, 'folder' from made, generate_series(1, ${INNER}) m`,
    [ann.id, folder],
  );
  await client.query("analyze holdfast.files");
  client.release(true);
});
afterAll(() => server.close());

/** What the process takes at most while it works, in bytes beyond what it took before. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage.rss()) - before;
}

test("200,000 entries take little memory: for the first byte, and for all of them", async () => {
  const first = await peakOf(async () => {
    const answer = await ann.fetch(path, { headers: { range: "bytes=0-0" } });
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe("P");
  });
  let length = 0;
  let announced = 0;
  const whole = await peakOf(async () => {
    const answer = await ann.fetch(path);
    announced = Number(answer.headers.get("content-length"));
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) length += chunk.length;
  });
  expect(length).toBe(announced);
  expect(first).toBeLessThan(24 * MiB);
  expect(whole).toBeLessThan(128 * MiB);
});

test("one account cannot have many large archives under way", async () => {
  const socket = openConnection(server.url).on("error", () => {});
  socket.write([`GET ${path} HTTP/1.1`, `authorization: Bearer ${ann.token}`, "host: x", "", ""].join("\r\n"));
  await once(socket, "readable");
  const second = await ann.fetch(path);
  expect([second.status, await second.json()]).toMatchObject([429, { code: "rate_limited" }]);
  expect(second.headers.get("retry-after")).toBe("5");
  const { id } = await ann.call(createFolder, { body: { name: "small" } });
  expect((await ann.fetch(`/api/v1/archives?ids=${id}`)).status).toBe(200);
  socket.destroy();
  await expect.poll(() => server.services.files.archives.entries.used).toBe(0);
});
