import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { adminUpdateUser, createBackup, deleteBackup, getBackup } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { backUp, backupEnded } from "../backups/support.ts";

/** An account's backups hold so much, and no more: else they were a way around its quota. */
const MB = 1_000_000;
// On a machine that is busy with other things, pruning waits its turn.
vi.setConfig({ testTimeout: 120_000 });
let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer({ HOLDFAST_BACKUP_QUOTA: "100%" });
  ann = await server.person("ann");
  await server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes: 10 * MB } });
});
afterAll(() => server.close());

/** Other bytes in place of what is there: the backup has to add all of them. */
const change = async (size: number) => {
  await ann.fetch(
    `/api/v1/files/${(await ann.put("file.bin", randomBytes(size), { onConflict: "replace" })).id}/versions`,
    {
      method: "DELETE",
    },
  );
};
test("what backups have added counts until they are deleted; then the next one is taken", async () => {
  await change(4 * MB);
  const first = await backUp(ann);
  await change(4 * MB);
  await backUp(ann);
  await change(4 * MB);
  // Two megabytes are left: it ends on the way, says why, and its data go.
  const { id } = await ann.call(createBackup, { body: {} });
  const third = await backupEnded(ann, id);
  expect(third).toMatchObject({ status: "failed", error: expect.stringMatching(/may hold 10 MB.*Delete backups/) });
  expect(third.bytesAdded).toBeLessThan(5 * MB);
  await eventually(async () => (await ann.call(getBackup, { params: { id } })).bytesAdded === 0, 30_000);

  await ann.call(deleteBackup, { params: { id: first.id } });
  expect((await backUp(ann)).bytesAdded).toBeGreaterThan(4 * MB - 1);
});

test("with nothing left, it is refused at once with a code; an instance's backup and other accounts are not", async () => {
  await server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes: 2 * MB } });
  const answer = await ann.fetch("/api/v1/backups", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(answer.status).toBe(507);
  expect(await answer.json()).toMatchObject({
    code: "backup_quota_exceeded",
    detail: expect.stringMatching(/may hold 2 MB.*administrator/),
  });
  const ben = await server.person("ben");
  await ben.put("file.bin", randomBytes(3 * MB));
  await backUp(ben);
  await backUp(server.admin, "instance");
});
