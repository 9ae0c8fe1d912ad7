import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  backupHealth,
  listBackups,
  listFiles,
  listRestores,
  rehearseNow,
  verifyBackup,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp, damageFiles, passwordOf, plant, restoreAndWait, sha256 } from "./support.ts";

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
});
afterAll(() => server.close());

async function health() {
  return server.admin.call(backupHealth, {});
}

test("a rehearsal restores the newest instance backup beside the running server, and proves it", async () => {
  await plant(ann, [
    ["a/one.bin", randomBytes(300_000)],
    ["two.bin", randomBytes(17 * 1024 * 1024)],
  ]);
  expect(await health()).toMatchObject({ lastProvenRestorable: null, rehearsalOverdue: true, lastRehearsal: null });
  expect((await server.admin.fetch("/api/v1/admin/backups/rehearse", { method: "POST" })).status).toBe(404);
  const backup = await backUp(server.admin, "instance");
  await server.admin.call(rehearseNow, {});
  await expect.poll(async () => (await health()).lastRehearsal?.status, { timeout: 60_000 }).toBe("completed");
  const proven = await health();
  expect(proven).toMatchObject({ rehearsalOverdue: false, lastInstanceBackup: { id: backup.id } });
  expect(proven.lastRehearsal).toMatchObject({
    backupId: backup.id,
    segmentsCompared: 3,
    bytesCompared: 300_000 + 17 * 1024 * 1024,
    error: null,
  });
  expect(proven.lastRehearsal!.rowsCompared).toBeGreaterThan(20);
  const { rows } = await server.services.pool.query("select from pg_database where datname like 'holdfast_rehearsal%'");
  expect(rows).toHaveLength(0);
  expect(existsSync(join(server.dataDir, "rehearsal"))).toBe(false);
});

test("an admin brings a person's files back from an instance backup, into that person's account", async () => {
  const { admin } = server;
  const { items } = await admin.call(listBackups, { query: { scope: "instance" } });
  const id = items[0]!.id;
  expect((await restoreAndWait(admin, id, { paths: [`files/${ann.email}/a`] })).status).toBe("completed");
  const { items: mine } = await ann.call(listRestores, {});
  expect(mine).toMatchObject([{ filesDone: 1, backupId: id }]);
  const inside = await ann.call(listFiles, { query: { parentId: mine[0]!.folderId! } });
  expect(inside.items.map(({ name }) => name)).toEqual(["a"]);
  for (const paths of [["files"], [`files/${ann.email}`, "files/admin@example.org"], ["catalog"], undefined]) {
    await expect(restoreAndWait(admin, id, paths ? { paths } : {})).rejects.toThrow("one person's files");
  }
  await expect(restoreAndWait(admin, id, { paths: ["files/nobody@example.org"] })).rejects.toThrow("no account");
  await expect(restoreAndWait(ann, id, { paths: [`files/${ann.email}`] })).rejects.toThrow("nothing here");
});

test("the recovery kit is the admins' alone, and its download is remembered", async () => {
  expect((await ann.fetch("/api/v1/admin/backups/recovery-kit")).status).toBe(403);
  expect((await health()).recoveryKitDownloadedAt).toBeNull();
  const answer = await server.admin.fetch("/api/v1/admin/backups/recovery-kit");
  expect(answer.headers.get("content-disposition")).toContain("attachment");
  expect(await answer.text()).toContain(passwordOf(server.dataDir));
  expect((await health()).recoveryKitDownloadedAt).not.toBeNull();
});

test("the scrub finds damaged pieces, heals them from a backup, and keeps what it found", async () => {
  const { services } = server;
  const ben = await server.person("ben");
  const carl = await server.person("carl");
  const bytes = randomBytes(250_000);
  const lost = randomBytes(1000);
  const { ids } = await plant(ben, [["photo.jpg", bytes]]);
  await backUp(ben);
  await plant(carl, [["never backed up", lost]]);
  await damageFiles(server, ben);
  await damageFiles(server, carl);
  await services.pool.query("update holdfast.segments set touched_at = now() - interval '1 day', verified_at = null");
  const scrub = () => server.runJob("files.scrub");
  expect(await scrub()).toMatchObject([{ read: 5, bad: 2, healed: 1 }]);
  expect((await ben.read(ids.get("photo.jpg")!)).equals(bytes)).toBe(true);
  expect((await readdir(join(server.dataDir, "objects", "quarantine"))).sort()).toContain(sha256(bytes));
  expect((await health()).scrub).toMatchObject({ segments: 5, bad: 1, neverRead: 1 });
  // What is whole is not read again before its time; what is bad is tried again each time.
  expect(await scrub()).toMatchObject([{ read: 1, bad: 1, healed: 0 }]);
});

test("a file that is named is healed in place where its stored bytes are damaged", async () => {
  const dora = await server.person("dora");
  const bytes = randomBytes(123_456);
  const { ids } = await plant(dora, [["a/photo.jpg", bytes]]);
  const backup = await backUp(dora);
  await damageFiles(server, dora);
  const restored = await restoreAndWait(dora, backup.id, { mode: "in-place", paths: ["a/photo.jpg"] });
  expect(restored).toMatchObject({ status: "completed", filesSame: 1 });
  expect((await dora.read(ids.get("a/photo.jpg")!)).equals(bytes)).toBe(true);
});

test("hashes that were still to be computed when an instance was backed up are computed after its restore", async () => {
  const { pool } = server.services;
  const unknown = async () => {
    const { rows } = await pool.query<{ count: number }>("select count(*) from holdfast.contents where sha256 is null");
    return Number(rows[0]!.count);
  };
  const { rowCount } = await pool.query("update holdfast.contents set sha256 = null, crc32 = null where size < 200000");
  expect(rowCount).toBeGreaterThan(0);
  await server.restartWorker();
  expect(await unknown()).toBe(rowCount);
  await pool.query("insert into holdfast.settings (key, value) values ('instance-restored', '1')");
  await server.restartWorker();
  // One of them has lost its bytes in a test before.
  await expect.poll(unknown, { timeout: 20_000 }).toBeLessThanOrEqual(1);
});

test("a repository whose bytes have changed is not called good", async () => {
  const data = join(server.dataDir, "backups", "default", "data");
  const packs = await readdir(data, { recursive: true, withFileTypes: true });
  const pack = packs.find((entry) => entry.isFile())!;
  const path = join(pack.parentPath, pack.name);
  const good = await readFile(path);
  const bad = Buffer.from(good);
  bad[40] = (bad[40] as number) ^ 0xff;
  await writeFile(path, bad);
  const { items } = await server.admin.call(listBackups, { query: { scope: "instance" } });
  const id = items[0]!.id;
  await server.admin.call(verifyBackup, { params: { id } });
  const now = async () => (await server.admin.call(listBackups, { query: { scope: "instance" } })).items[0]!;
  await expect.poll(async () => (await now()).error, { timeout: 20_000 }).toContain("not proven");
  await writeFile(path, good);
  await server.admin.call(verifyBackup, { params: { id } });
  await expect.poll(async () => (await now()).error, { timeout: 20_000 }).toBeNull();
});
