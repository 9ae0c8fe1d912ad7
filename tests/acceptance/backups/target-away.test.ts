import { cp, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Backup,
  createBackup,
  createBackupSchedule,
  createBackupTarget,
  deleteBackupSchedule,
  getBackup,
  listBackups,
  listBackupTargets,
  startOverBackupTarget,
  testBackupTarget,
} from "../../../packages/contract/src/index.ts";
import { createS3Store } from "../../../packages/storage/src/index.ts";
import { runS3rver } from "../../../packages/storage/src/testing/run-s3rver.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { holdfastWith } from "./drill.ts";
import { backupEnded } from "./support.ts";

/** A disk that is not connected leaves an empty folder, or none, where backups were: that must never look like a backup. */
let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), "holdfast-away-"));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function backUpTo(targetId: string): Promise<Backup> {
  const { id } = await server.admin.call(createBackup, { body: { scope: "instance", targetId } });
  return backupEnded(server.admin, id);
}

/** A target on a disk of its own, with a backup in it. */
async function disk(name: string) {
  const place = join(folder, name);
  await mkdir(place);
  const body = { kind: "local" as const, name, folder: place };
  const { id } = await server.admin.call(createBackupTarget, { body });
  const first = await backUpTo(id);
  expect(first).toMatchObject({ status: "completed", error: null });
  return {
    ...{ id, place, first },
    /** Its mount point stays, as an empty folder. */
    async disconnect() {
      await rename(place, `${place} (away)`);
      await mkdir(place);
    },
    async connect() {
      await rm(place, { recursive: true, force: true });
      await rename(`${place} (away)`, place);
    },
  };
}

const listed = async () =>
  (await server.admin.call(listBackups, { query: { scope: "instance", limit: 100 } })).items.map(({ id }) => id);

test("an empty folder where a repository was is refused, by a backup and by the test, and stays empty", async () => {
  const { id, place, first, disconnect, connect } = await disk("Blue");
  await disconnect();
  const refused = await backUpTo(id);
  expect(refused).toMatchObject({ status: "failed", snapshotId: null });
  expect(refused.error).toContain(`there is none in ${place}`);
  expect(refused.error).toContain("Is the right disk connected?");
  const { ok, detail } = await server.admin.call(testBackupTarget, { params: { id } });
  expect([ok, detail]).toEqual([false, refused.error]);
  expect(await readdir(place)).toEqual([]);
  const look = await server.admin.fetch(`/api/v1/backups/${first.id}/files`);
  expect(look.status).toBe(422);

  await connect();
  expect(await backUpTo(id)).toMatchObject({ status: "completed", error: null });
  expect((await server.admin.fetch(`/api/v1/backups/${first.id}/files`)).status).toBe(200);
  const target = (await server.admin.call(listBackupTargets, {})).items.find((each) => each.id === id);
  expect(target?.lastTestError).toBeNull();
});

test("the same where the target was made before repositories were remembered", async () => {
  const { id, place, disconnect } = await disk("Old");
  await disconnect();
  await server.services.pool.query("update holdfast.backup_targets set repository_id = null where id = $1", [id]);
  expect(await backUpTo(id)).toMatchObject({ status: "failed", error: expect.stringContaining("there is none in") });
  expect(await readdir(place)).toEqual([]);
});

test("a folder that is absent is asked for, and not made", async () => {
  const { id, place, disconnect } = await disk("Green");
  await disconnect();
  await rm(place, { recursive: true });
  const refused = await backUpTo(id);
  expect(refused).toMatchObject({ status: "failed" });
  expect(refused.error).toBe(`There is no folder ${place}. Is the disk of the target "Green" connected?`);
  await expect(readdir(place)).rejects.toThrow("ENOENT");
  const over = await server.admin.fetch(`/api/v1/backup-targets/${id}/start-over`, { method: "POST" });
  expect(over.status).toBe(422);
});

test("a scheduled backup waits for its disk, says so, and is made when the disk is back", async () => {
  const { id: targetId, disconnect, connect } = await disk("Weekly");
  const { admin, services } = server;
  const { id } = await admin.call(createBackupSchedule, { body: { scope: "instance", preset: "weekly", targetId } });
  const due = () =>
    services.pool.query("update holdfast.backup_schedules set next_run_at = now() - interval '1 day' where id = $1", [
      id,
    ]);
  await disconnect();
  await due();
  await server.runJob("backups.tick");
  const newest = async () => (await admin.call(listBackups, { query: { scope: "instance", limit: 1 } })).items[0]!;
  await expect.poll(async () => (await newest()).error, { timeout: 20_000 }).toContain("It is tried again");
  const waiting = await newest();
  expect(waiting).toMatchObject({ status: "queued", phase: "waiting", scheduleId: id });
  // The next time of the schedule is served by the one that waits.
  await due();
  await server.runJob("backups.tick");
  expect((await newest()).id).toBe(waiting.id);
  await connect();
  await server.restartWorker();
  expect(await backupEnded(admin, waiting.id)).toMatchObject({ status: "completed", error: null });

  // It does not wait for ever.
  await disconnect();
  await due();
  await server.runJob("backups.tick");
  await expect.poll(async () => (await newest()).error, { timeout: 20_000 }).toContain("It is tried again");
  const given = await newest();
  await services.pool.query("update holdfast.backups set created_at = now() - interval '25 hours' where id = $1", [
    given.id,
  ]);
  await server.restartWorker();
  const failed = await backupEnded(admin, given.id);
  expect(failed).toMatchObject({ status: "failed", error: expect.stringContaining("at its next time") });
  await admin.call(deleteBackupSchedule, { params: { id } });
});

test("another repository at the place is refused, although its password is right", async () => {
  const [red, white] = [await disk("Red"), await disk("White")];
  await red.disconnect();
  await rm(red.place, { recursive: true });
  await cp(white.place, red.place, { recursive: true });
  const before = (await readdir(red.place, { recursive: true })).sort();
  const refused = await backUpTo(red.id);
  expect(refused).toMatchObject({ status: "failed", error: expect.stringContaining("is not the one that the target") });
  const packs = async (place: string) => (await readdir(join(place, "snapshots"))).sort();
  expect(await packs(red.place)).toEqual(await packs(white.place));
  expect((await readdir(red.place, { recursive: true })).sort()).toEqual(before);
  await red.connect();
  expect(await backUpTo(red.id)).toMatchObject({ status: "completed" });
});

test("starting a new repository is a step of its own, which is refused while the old one is there", async () => {
  const { id, place, first, disconnect } = await disk("Lost");
  const over = () => server.admin.call(startOverBackupTarget, { params: { id } });
  await expect(over()).rejects.toMatchObject({ code: "conflict" });
  const ann = await server.person("ann");
  const forbidden = await ann.fetch(`/api/v1/backup-targets/${id}/start-over`, { method: "POST" });
  expect(forbidden.status).toBe(403);
  expect(await listed()).toContain(first.id);

  await disconnect();
  expect(await backUpTo(id)).toMatchObject({ status: "failed" });
  await over();
  expect(await listed()).not.toContain(first.id);
  expect(await backUpTo(id)).toMatchObject({ status: "completed", error: null });
  expect(await readdir(place)).toContain("config");

  // By command line, for the one in the data folder.
  const { dataDir, services } = server;
  const [builtIn] = (await server.admin.call(listBackupTargets, {})).items;
  expect(await backUpTo(builtIn!.id)).toMatchObject({ status: "completed" });
  const settings = { HOLDFAST_DATA: dataDir, DATABASE_URL: services.databaseUrl };
  const early = await holdfastWith(settings, "target", "start-over", "This server");
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining("is in its place") });
  await rm(join(dataDir, "backups", "default"), { recursive: true });
  expect(await backUpTo(builtIn!.id)).toMatchObject({ status: "failed" });
  const unknown = await holdfastWith(settings, "target", "start-over", "No such target");
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining("This server") });
  const done = await holdfastWith(settings, "target", "start-over", "This server");
  expect(done).toMatchObject({ code: 0 });
  expect(await backUpTo(builtIn!.id)).toMatchObject({ status: "completed", error: null });
}, 180_000);

test("a bucket that was emptied, or another one, is refused as well", async () => {
  const { endpoint, bucket, credentials, close } = await runS3rver();
  try {
    const settings = { endpoint, bucket, region: "us-east-1", pathStyle: true };
    const { id } = await server.admin.call(createBackupTarget, {
      body: { kind: "s3", name: "Bucket", prefix: "here/", ...settings, ...credentials },
    });
    const first = await backUpTo(id);
    expect(first).toMatchObject({ status: "completed", error: null });
    const store = await createS3Store({ ...settings, credentials });
    const keys: string[] = [];
    for await (const { key } of store.list("here/")) keys.push(key);
    await store.delete(keys);
    const refused = await backUpTo(id);
    expect(refused).toMatchObject({ status: "failed", error: expect.stringContaining("the right bucket and prefix?") });
    const left: string[] = [];
    for await (const { key } of store.list("here/")) left.push(key);
    expect(left).toEqual([]);
    await store.close();
    await server.admin.call(startOverBackupTarget, { params: { id } });
    const again = await backUpTo(id);
    expect(again).toMatchObject({ status: "completed", error: null });
    await expect(server.admin.call(getBackup, { params: { id: first.id } })).rejects.toMatchObject({
      code: "not_found",
    });
  } finally {
    await close();
  }
});
