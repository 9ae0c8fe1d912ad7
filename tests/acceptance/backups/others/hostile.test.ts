import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackupTarget, listBackupFiles, testBackupTarget } from "../../../../packages/contract/src/index.ts";
import { writeHostile } from "../../../../packages/repository/src/testing/hostile.ts";
import { startServer, type TestServer } from "../../../support/server.ts";
import { backUp, plant, restoreAndWait } from "../support.ts";

/** Repositories that others have written, and places that are others' already. */
let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), "holdfast-hostile-"));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test("entries of a backup that cannot be restored are named, and the others come back", async () => {
  const ann = await server.person("ann");
  await plant(ann, [["own.txt", Buffer.from("own")]]);
  const backup = await backUp(ann);
  const { repository } = await server.services.backups.targets.open(backup.targetId);
  const tree = await writeHostile(repository, async ({ file, folder: make }) => {
    const inside = [
      await file("../../escaped", "hostile"),
      await file("good.txt", "good"),
      await file("good.txt", "again"),
    ];
    return [await make("files", [await make(ann.email, [await make("docs", inside), await file("top.txt", "top")])])];
  });
  await server.services.pool.query("update holdfast.backups set tree_id = $2 where id = $1", [backup.id, tree]);
  const shown = await ann.call(listBackupFiles, { params: { id: backup.id }, query: { path: "docs" } });
  expect(shown.items.map(({ name }) => name)).toEqual(["good.txt"]);
  const restored = await restoreAndWait(ann, backup.id);
  expect(restored).toMatchObject({ status: "completed", filesTotal: 2, filesDone: 2 });
  expect(restored.error).toContain(
    'In the folder "docs": An entry is named "../../escaped", which cannot be a name in a folder.',
  );
  expect(restored.error).toContain('There are two entries named "good.txt".');
});

test("a target lies in no folder of Holdfast's own, in no other target, and around none", async () => {
  const { dataDir, admin } = server;
  const add = (place: string) =>
    admin.call(createBackupTarget, { body: { kind: "local", name: place, folder: place } });
  const attic = join(folder, "attic");
  await mkdir(join(attic, "inside"), { recursive: true });
  await symlink(dataDir, join(folder, "link"));
  await symlink(attic, join(folder, "another name"));
  await mkdir(join(dataDir, "rehearsal"), { recursive: true });
  await add(attic);
  for (const place of [
    join(dataDir, "rehearsal"),
    join(dataDir, "rehearsal", "inside"),
    join(dataDir, "objects", "inside"),
    join(dataDir, "keys"),
    dataDir,
    join(dataDir, ".."),
    join(dataDir, "backups"),
    join(dataDir, "backups", "default"),
    join(folder, "link", "rehearsal"),
    join(folder, "link"),
    attic,
    `${attic}/`,
    join(attic, "inside"),
    folder,
    join(folder, "another name"),
    join(folder, "another name", "inside"),
  ]) {
    await expect(add(place), place).rejects.toMatchObject({ code: "target_unusable" });
  }
  await add(join(dataDir, "backups", "second"));
  await add(join(dataDir, "a disk that is mounted here"));
});

test("a target of before that lies where test restores are made is not used, and not removed", async () => {
  const { dataDir, admin, services } = server;
  const place = join(folder, "of before");
  const { id } = await admin.call(createBackupTarget, { body: { kind: "local", name: "before", folder: place } });
  const inside = join(dataDir, "rehearsal", "mine");
  await mkdir(inside, { recursive: true });
  const settings = JSON.stringify({ folder: inside });
  await services.pool.query("update holdfast.backup_targets set settings = $2 where id = $1", [id, settings]);
  const trial = await admin.call(testBackupTarget, { params: { id } });
  expect(trial).toMatchObject({ ok: false, detail: expect.stringContaining("Holdfast's own files") });
  await expect(server.runJob("backups.rehearse")).rejects.toThrow(/lies where test restores are made/);
  expect(existsSync(inside)).toBe(true);
});
