import { randomBytes } from "node:crypto";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createBackup,
  createFolder,
  deleteBackup,
  getBackup,
  listBackups,
  listBackupTargets,
  listFiles,
  startOverBackupTarget,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { backUp, backupEnded, damageFiles, hashFolder, plant, restic, restoreAndWait } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function begun(person: Person, id: string): Promise<void> {
  for (;;) {
    const { status } = await person.call(getBackup, { params: { id } });
    if (status !== "queued") return;
    await sleep(10);
  }
}

test("shows one instant, however much changes meanwhile", async () => {
  const ann = await server.person("ann");
  // Folders are read in groups of 200: the large file holds up the first one, the changes are in the first, second and third.
  await plant(ann, [["0/ballast", randomBytes(24 * 1024 * 1024)]]);
  await server.services.pool.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind)
     select holdfast.uuid7(), $1, $1, f || ' ' || g, 'folder' from generate_series(1, 200) g, unnest(array['2', '4']) f`,
    [ann.id],
  );
  const folders = await Promise.all(
    ["1 x", "3 y", "5 z"].map(async (name) => ({ name, id: (await ann.call(createFolder, { body: { name } })).id })),
  );
  // One change after the other: each makes a file, and trashes the one made ten changes before.
  const states: string[] = [];
  const present = new Map<string, string>();
  const order: string[] = [];
  let running = true;
  const writing = (async () => {
    for (let i = 0; running; i++) {
      const folder = folders[i % 3]!;
      const file = await ann.put(`${i}`, `change ${i}`, { parentId: folder.id });
      present.set(`${folder.name}/${i}`, file.id);
      order.push(`${folder.name}/${i}`);
      states.push([...present.keys()].sort().join(" "));
      const old = order[i - 10];
      if (old === undefined) continue;
      await ann.fetch(`/api/v1/files/${present.get(old)}`, { method: "DELETE" });
      present.delete(old);
      states.push([...present.keys()].sort().join(" "));
    }
  })();
  await eventually(() => states.length > 10);
  const backup = await backUp(ann);
  running = false;
  await writing;

  const out = await mkdtemp(join(tmpdir(), "holdfast-instant-"));
  await restic(server.dataDir, "restore", backup.snapshotId!, "--target", out);
  const files = [...(await hashFolder(join(out, "files", ann.email))).keys()].filter((path) => path !== "0/ballast");
  await rm(out, { recursive: true });
  expect(states.length).toBeGreaterThan(20);
  expect(states).toContain(files.sort().join(" "));
});

test("reads no bytes of what did not change: it succeeds with all of them away", async () => {
  const ben = await server.person("ben");
  await plant(ben, [
    ["a/one", randomBytes(300_000)],
    ["two", randomBytes(300_000)],
  ]);
  const first = await backUp(ben);
  const objects = join(server.dataDir, "objects", "segments");
  await rename(objects, `${objects}.away`);
  // Of an account, nothing but its unchanged folders is asked for.
  const second = await backUp(ben).finally(async () => {
    await rm(objects, { recursive: true, force: true });
    await rename(`${objects}.away`, objects);
  });
  expect(second).toMatchObject({ filesDone: 2, bytesDone: first.bytesDone, bytesAdded: 0 });
  // A renamed folder is a new tree of known contents.
  const { items } = await ben.call(listFiles, {});
  await ben.fetch(`/api/v1/files/${items[0]!.id}`, {
    method: "PATCH",
    body: '{"name":"b"}',
    headers: { "content-type": "application/json" },
  });
  const third = await backUp(ben);
  expect(third.bytesAdded).toBeGreaterThan(0);
  expect(third.bytesAdded).toBeLessThan(5000);
});

test("cancelled in the middle, it leaves a whole repository; asked for twice, it is one", async () => {
  const carl = await server.person("carl");
  await plant(carl, [
    ["big 1", randomBytes(50 * 1024 * 1024)],
    ["big 2", randomBytes(50 * 1024 * 1024)],
  ]);
  const { id } = await carl.call(createBackup, { body: {} });
  await begun(carl, id);
  await carl.call(deleteBackup, { params: { id } });
  const ended = await backupEnded(carl, id);
  expect(ended).toMatchObject({ status: "cancelled", verifiedAt: null });
  await expect
    .poll(async () => (await carl.call(getBackup, { params: { id } })).snapshotId, { timeout: 20_000 })
    .toBeNull();
  await restic(server.dataDir, "check", "--read-data");

  const asked = await Promise.all(Array.from({ length: 5 }, () => carl.call(createBackup, { body: {} })));
  const ids = new Set(asked.map((backup) => backup.id));
  // At most one that had begun already, and one behind it.
  expect(ids.size).toBeLessThanOrEqual(2);
  for (const one of ids) expect((await backupEnded(carl, one)).status).toBe("completed");
  const { items } = await carl.call(listBackups, {});
  expect(items).toHaveLength(ids.size + 1);
});

test("a backup and a restore of one account wait for each other", async () => {
  const dora = await server.person("dora");
  await plant(dora, [["big", randomBytes(20 * 1024 * 1024)]]);
  const first = await backUp(dora);
  await plant(dora, [["more", randomBytes(20 * 1024 * 1024)]]);
  const { id } = await dora.call(createBackup, { body: {} });
  const [restored, second] = await Promise.all([restoreAndWait(dora, first.id), backupEnded(dora, id)]);
  expect([restored.status, second.status]).toEqual(["completed", "completed"]);
  const apart =
    Date.parse(restored.startedAt!) >= Date.parse(second.finishedAt!) ||
    Date.parse(second.startedAt!) >= Date.parse(restored.finishedAt!);
  expect(apart).toBe(true);
});

test("a target that was emptied while the server runs is refused; started over, it gets a new repository, which restic reads", async () => {
  const fay = await server.person("fay");
  const { tree } = await plant(fay, [["a/b.bin", randomBytes(500_000)]]);
  await backUp(fay);
  await rm(join(server.dataDir, "backups", "default"), { recursive: true });
  await expect(backUp(fay)).rejects.toThrow("Is the right disk connected?");
  const { items: targets } = await server.admin.call(listBackupTargets, {});
  await server.admin.call(startOverBackupTarget, { params: { id: targets[0]!.id } });
  const backup = await backUp(fay);
  expect(backup.bytesAdded).toBeGreaterThan(500_000);
  const out = await mkdtemp(join(tmpdir(), "holdfast-emptied-"));
  await restic(server.dataDir, "restore", backup.snapshotId!, "--target", out);
  expect(await hashFolder(join(out, "files", fay.email))).toEqual(tree);
  await rm(out, { recursive: true });
});

test("with a damaged piece that no backup holds, it fails and says which file", async () => {
  const eve = await server.person("eve");
  await plant(eve, [["photo.jpg", randomBytes(200_000)]]);
  await damageFiles(server, eve);
  const { id } = await eve.call(createBackup, { body: {} });
  const failed = await backupEnded(eve, id);
  expect(failed).toMatchObject({ status: "failed", snapshotId: null, verifiedAt: null });
  expect(failed.error).toContain('"photo.jpg"');
  expect(failed.error).toContain("Upload the file again");
});
