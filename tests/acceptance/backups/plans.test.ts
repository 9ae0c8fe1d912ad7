import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createBackup,
  createBackupSchedule,
  createBackupTarget,
  deleteBackupSchedule,
  getBackupSchedule,
  listBackupSchedules,
  listBackups,
  listBackupTargets,
  previewRetention,
  previewSchedule,
  testBackupTarget,
  updateBackupSchedule,
  updateBackupTarget,
} from "../../../packages/contract/src/index.ts";
import { runS3rver } from "../../../packages/storage/src/testing/run-s3rver.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backupEnded, plant, restoreAndWait } from "./support.ts";

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
  await plant(ann, [["a.txt", Buffer.from("a")]]);
});
afterAll(() => server.close());

async function post(person: Person, path: string, body: unknown): Promise<{ status: number; code?: string }> {
  const headers = { "content-type": "application/json" };
  const answer = await person.fetch(path, { method: "POST", body: JSON.stringify(body), headers });
  return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
}

describe("a schedule", () => {
  test("is told in words and with its next runs in its own time zone, also over a change of clocks", async () => {
    const shown = await ann.call(previewSchedule, { body: { cron: "30  2 * * 1-5", timeZone: "Europe/Berlin" } });
    expect(shown).toMatchObject({ cron: "30 2 * * 1-5", timeZone: "Europe/Berlin" });
    expect(shown.description).toBe("At 02:30, Monday through Friday");
    expect(shown.nextRuns).toHaveLength(5);
    for (const run of shown.nextRuns) {
      const local = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", timeStyle: "short" });
      expect(local.format(new Date(run))).toBe("02:30");
      expect(new Date(run).getTime()).toBeGreaterThan(Date.now());
    }
    for (const preset of ["hourly", "daily", "weekly", "monthly"] as const) {
      expect((await ann.call(previewSchedule, { body: { preset } })).nextRuns).toHaveLength(5);
    }
  });

  test("that makes no sense is refused with a sentence", async () => {
    for (const body of [
      { cron: "61 * * * *" },
      { cron: "* * * *" },
      { cron: "* * * * * *" },
      { cron: "soon" },
      { cron: "0 0 30 2 *" },
      { cron: "0 3 * * *", timeZone: "Mars/Olympus" },
      { cron: "0 3 * * *", preset: "daily" },
      {},
    ]) {
      expect([body, await post(ann, "/api/v1/backup-schedules", body)]).toEqual([
        body,
        { status: 422, code: "invalid_schedule" },
      ]);
    }
  });

  test("is its person's alone; the instance's is the admins'", async () => {
    const mine = await ann.call(createBackupSchedule, { body: { preset: "daily" } });
    const ours = await server.admin.call(createBackupSchedule, { body: { preset: "weekly", scope: "instance" } });
    expect((await post(ann, "/api/v1/backup-schedules", { preset: "daily", scope: "instance" })).status).toBe(403);
    expect((await ann.call(listBackupSchedules, {})).items.map(({ id }) => id)).toEqual([mine.id]);
    expect((await server.admin.call(listBackupSchedules, {})).items.map(({ id }) => id)).toEqual([ours.id]);
    for (const [person, id] of [
      [ann, ours.id],
      [server.admin, mine.id],
    ] as const) {
      for (const method of ["GET", "DELETE"]) {
        expect((await person.fetch(`/api/v1/backup-schedules/${id}`, { method })).status).toBe(404);
      }
    }
    const changed = await ann.call(updateBackupSchedule, {
      params: { id: mine.id },
      body: { cron: "15 4 * * *", timeZone: "Asia/Tokyo", retention: { last: 3 } },
    });
    expect(changed).toMatchObject({ cron: "15 4 * * *", timeZone: "Asia/Tokyo", retention: { last: 3 } });
    for (const { id } of [mine, ours]) {
      await (id === mine.id ? ann : server.admin).call(deleteBackupSchedule, { params: { id } });
    }
  });

  test("runs when it is due; runs that were missed are caught up once; its rule keeps the newest", async () => {
    const { pool } = server.services;
    const { id } = await ann.call(createBackupSchedule, {
      body: { preset: "hourly", retention: { last: 2 } },
    });
    // The server was off for a week.
    await pool.query("update holdfast.backup_schedules set next_run_at = now() - interval '7 days' where id = $1", [
      id,
    ]);
    for (let i = 0; i < 2; i++) await server.runJob("backups.tick");
    expect((await ann.call(listBackups, {})).items.filter(({ scheduleId }) => scheduleId === id)).toHaveLength(1);
    const after = await ann.call(getBackupSchedule, { params: { id } });
    expect(after.lastRunAt).not.toBeNull();
    const next = await pool.query("select next_run_at > now() as ahead from holdfast.backup_schedules where id = $1", [
      id,
    ]);
    expect(next.rows[0].ahead).toBe(true);

    const made = (await ann.call(listBackups, {})).items[0]!;
    expect(await backupEnded(ann, made.id)).toMatchObject({
      status: "completed",
      backupType: "scheduled",
      scheduleId: id,
    });
    for (let i = 0; i < 2; i++) {
      await pool.query("update holdfast.backup_schedules set next_run_at = now() - interval '1 minute' where id = $1", [
        id,
      ]);
      await server.runJob("backups.tick");
      await backupEnded(ann, (await ann.call(listBackups, {})).items[0]!.id);
    }
    // By hand: it belongs to no rule.
    await backupEnded(ann, (await ann.call(createBackup, { body: {} })).id);
    await expect
      .poll(async () => (await ann.call(listBackups, {})).items.map(({ backupType }) => backupType), {
        timeout: 20_000,
      })
      .toEqual(["one_click", "scheduled", "scheduled"]);
    const plan = await ann.call(previewRetention, { params: { id }, body: { retention: { last: 1 } } });
    expect([plan.keep.length, plan.remove.length]).toEqual([1, 1]);
    await ann.call(deleteBackupSchedule, { params: { id } });
    expect((await ann.call(listBackups, {})).items).toHaveLength(3);
  });
});

describe("a target", () => {
  test("is added by admins, tried at once, and tells whether it shares the disk of the files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-target-"));
    const { admin } = server;
    expect((await post(ann, "/api/v1/backup-targets", { kind: "local", name: "Mine", folder })).status).toBe(403);
    for (const [wanted, code] of [
      [{ kind: "local", name: "x", folder: "relative/folder" }, "target_unusable"],
      [{ kind: "local", name: "x", folder: "/proc/nothing" }, "target_unusable"],
      [{ kind: "local", name: "x", folder: join(server.dataDir, "objects", "inside") }, "target_unusable"],
      [{ kind: "local", name: "x", folder: server.dataDir }, "target_unusable"],
      [{ kind: "local", name: "This server", folder }, "name_taken"],
      [
        {
          kind: "s3",
          name: "x",
          endpoint: "http://127.0.0.1:9",
          bucket: "b",
          accessKeyId: "a",
          secretAccessKey: "s",
        },
        "target_unusable",
      ],
    ] as const) {
      expect([wanted.folder ?? "s3", (await post(admin, "/api/v1/backup-targets", wanted)).code]).toEqual([
        wanted.folder ?? "s3",
        code,
      ]);
    }
    const made = await admin.call(createBackupTarget, { body: { kind: "local", name: "Other disk", folder } });
    expect(made).toMatchObject({ location: folder, isDefault: false, lastTestError: null });
    const { items } = await ann.call(listBackupTargets, {});
    expect(items.map(({ name, location }) => [name, location])).toEqual([
      ["This server", null],
      ["Other disk", null],
    ]);
    expect(items[0]!.sameDisk).toBe(true);

    await admin.call(updateBackupTarget, { params: { id: made.id }, body: { isDefault: true } });
    const backup = await backupEnded(ann, (await ann.call(createBackup, { body: {} })).id);
    expect(backup).toMatchObject({ status: "completed", targetName: "Other disk", storageLocation: "Other disk" });
    const remove = () => admin.fetch(`/api/v1/backup-targets/${made.id}`, { method: "DELETE" });
    expect((await remove()).status).toBe(409);
    await admin.call(updateBackupTarget, { params: { id: items[0]!.id }, body: { isDefault: true } });
    expect((await remove()).status).toBe(409);
    await ann.fetch(`/api/v1/backups/${backup.id}`, { method: "DELETE" });
    expect((await remove()).status).toBe(204);
    expect((await admin.fetch(`/api/v1/backup-targets/${made.id}/test`, { method: "POST" })).status).toBe(404);
    await rm(folder, { recursive: true });
  });

  test("can be a bucket, below a prefix, and its secret is sealed", async () => {
    const bucket = await runS3rver();
    try {
      const { admin, services } = server;
      const { endpoint, bucket: name, credentials } = bucket;
      const wanted = { kind: "s3" as const, endpoint, bucket: name, ...credentials };
      const made = await admin.call(createBackupTarget, {
        body: { ...wanted, name: "Bucket", prefix: "holdfast/one/" },
      });
      expect(made).toMatchObject({ kind: "s3", location: `s3:${endpoint}/${name}/holdfast/one`, sameDisk: false });
      const backup = await backupEnded(ann, (await ann.call(createBackup, { body: { targetId: made.id } })).id);
      expect(backup).toMatchObject({ status: "completed", error: null, filesDone: 1 });
      expect(backup.verifiedAt).not.toBeNull();
      expect((await restoreAndWait(ann, backup.id)).filesDone).toBe(1);
      const { rows } = await services.pool.query("select * from holdfast.backup_targets where id = $1", [made.id]);
      expect(rows[0].settings).not.toHaveProperty("secretAccessKey");
      expect(rows[0].sealed_secret.includes(Buffer.from(credentials.secretAccessKey))).toBe(false);
    } finally {
      await bucket.close();
    }
  });

  test("whose repository has another password says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-target-"));
    const { admin } = server;
    const { id } = await admin.call(createBackupTarget, { body: { kind: "local", name: "Strange", folder } });
    expect(await admin.call(testBackupTarget, { params: { id } })).toMatchObject({ ok: true });
    await backupEnded(ann, (await ann.call(createBackup, { body: { targetId: id } })).id);
    const password = join(server.dataDir, "keys", "backup-password");
    const kept = await server.services.backups.targets.password();
    await writeFile(password, "another-password\n");
    expect(await admin.call(testBackupTarget, { params: { id } })).toMatchObject({ ok: false });
    await writeFile(password, `${kept}\n`);
    expect(await admin.call(testBackupTarget, { params: { id } })).toMatchObject({ ok: true });
    await rm(folder, { recursive: true });
  });
});
