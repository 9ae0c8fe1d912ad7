import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminUpdateUser, listFiles, listRestores } from "../../../packages/contract/src/index.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp, plant, restoreAndWait } from "../backups/support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test("an address that has changed hands takes no files with it", async () => {
  const { admin } = server;
  const owner = await server.person("owner");
  await plant(owner, [["private.txt", randomBytes(1000)]]);
  const { id } = await backUp(admin, "instance");
  await admin.call(adminUpdateUser, { params: { id: owner.id }, body: { email: "moved@example.org" } });
  const stranger = await server.person("owner");
  const paths = [`files/${owner.email}`];
  expect((await restoreAndWait(admin, id, { paths })).status).toBe("completed");
  expect((await stranger.call(listFiles, {})).items).toEqual([]);
  expect((await owner.call(listRestores, {})).items).toHaveLength(1);
  // Unless an administrator names that account.
  expect((await restoreAndWait(admin, id, { paths, toUserId: stranger.id })).status).toBe("completed");
  expect((await stranger.call(listRestores, {})).items).toHaveLength(1);
});
