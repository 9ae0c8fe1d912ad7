import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backup,
  createBackup,
  createBackupSchedule,
  deleteBackupSchedule,
  deleteFile,
  getBackup,
  listBackupFiles,
  listBackupSchedules,
  listBackups,
  listFiles,
  listVersions,
  updateBackupSchedule,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp, backupEnded, filesOfZip, hashFolder, plant, restic, restoreAndWait, sha256 } from "./support.ts";

const report = [Buffer.from("one"), randomBytes(100_000), Buffer.from("three")];
const plain = [randomBytes(17 * 1024 * 1024), Buffer.from("now small")];

let server: TestServer;
let ann: Person;
let without: Backup;
let backup: Backup;
/** Path in the part → hash. */
const versions = new Map<string, string>();
const trash = new Map<string, string>();

beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
  const { ids } = await plant(ann, [
    ["docs/2026/report.tar.gz", report[0]!],
    ["no ending", plain[0]!],
    ["docs/only one.txt", Buffer.from("only one")],
    ["gone.txt", Buffer.from("gone first")],
    ["old/inside/deep.txt", Buffer.from("deep")],
    ["old/early.txt", Buffer.from("early")],
    ["twice/gone.txt", Buffer.from("gone second")],
  ]);
  const { items } = await ann.call(listFiles, { query: { limit: 100 } });
  const folders = new Map(items.map(({ name, id }) => [name, id]));
  const docs = await ann.call(listFiles, { query: { parentId: folders.get("docs")! } });
  const onConflict = "replace" as const;
  for (const bytes of report.slice(1)) {
    await ann.put("report.tar.gz", bytes, { parentId: docs.items.find(({ name }) => name === "2026")!.id, onConflict });
  }
  await ann.put("no ending", plain[1]!, { onConflict });
  // A file that was changed before it went to the trash: its former version is in nobody's way.
  await ann.put("gone.txt", "gone first, later", { onConflict });
  for (const path of ["gone.txt", "twice/gone.txt", "old/early.txt"]) {
    await ann.call(deleteFile, { params: { id: ids.get(path)! }, query: {} });
  }
  await ann.call(deleteFile, { params: { id: folders.get("old")! }, query: {} });
  trash.set("gone.txt", sha256(Buffer.from("gone first, later")));
  trash.set("gone (2).txt", sha256(Buffer.from("gone second")));
  trash.set("early.txt", sha256(Buffer.from("early")));
  trash.set("old/inside/deep.txt", sha256(Buffer.from("deep")));

  for (const [path, ending, former] of [
    ["docs/2026/report.tar.gz", ".tar.gz", report.slice(0, -1)],
    ["no ending", "", plain.slice(0, -1)],
  ] as const) {
    const { items: all } = await ann.call(listVersions, { params: { id: ids.get(path)! } });
    for (const [i, { createdAt }] of all.slice(1).reverse().entries()) {
      versions.set(`${path}/${createdAt.replaceAll(":", "-")}${ending}`, sha256(former[i]!));
    }
  }
  expect(versions.size).toBe(3);
});
afterAll(() => server.close());

async function treeOf({ id }: Backup): Promise<string> {
  const { rows } = await server.services.pool.query("select tree_id from holdfast.backups where id = $1", [id]);
  return rows[0].tree_id;
}

async function hashLive(person: Person, parentId: string, prefix = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const item of (await person.call(listFiles, { query: { limit: 1000, parentId } })).items) {
    if (item.kind === "file") found.set(prefix + item.name, sha256(await person.read(item.id)));
    else for (const [path, hash] of await hashLive(person, item.id, `${prefix}${item.name}/`)) found.set(path, hash);
  }
  return found;
}

async function post(person: Person, path: string, body: unknown, method = "POST"): Promise<[number, string, string]> {
  const headers = { "content-type": "application/json" };
  const answer = await person.fetch(path, { method, body: JSON.stringify(body), headers });
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  return [answer.status, code, detail];
}

/** Files below a part of a backup, by what the API lists and sends. */
async function hashPart(part: "versions" | "trash", path = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const { items } = await ann.call(listBackupFiles, { params: { id: backup.id }, query: { part, path } });
  for (const item of items) {
    if (item.kind === "folder") for (const [name, hash] of await hashPart(part, item.path)) found.set(name, hash);
    else {
      const query = new URLSearchParams({ part, path: item.path });
      const answer = await ann.fetch(`/api/v1/backups/${backup.id}/content?${query}`);
      expect(answer.status).toBe(200);
      found.set(item.path, sha256(Buffer.from(await answer.arrayBuffer())));
    }
  }
  return found;
}

describe("a backup without versions", () => {
  test("has the live files and nothing beside them", async () => {
    without = await backUp(ann);
    expect(without).toMatchObject({ withVersions: false, filesTotal: 3 });
    const listed = await restic(server.dataDir, "ls", without.snapshotId!);
    expect(listed).toContain(`/files/${ann.email}/docs/2026/report.tar.gz`);
    expect(listed).not.toMatch(/^\/(trash|versions)/m);
    for (const part of ["versions", "trash"]) {
      for (const path of ["files", "content", "archive"]) {
        const answer = await ann.fetch(`/api/v1/backups/${without.id}/${path}?part=${part}&path=no%20ending`);
        expect([part, path, answer.status]).toEqual([part, path, 404]);
      }
      for (const path of ["restore", "restore/preview"]) {
        expect((await post(ann, `/api/v1/backups/${without.id}/${path}`, { part }))[0]).toBe(404);
      }
    }
  });
});

describe("a backup with versions", () => {
  test("has former versions and the trash beside the files, and restic gives them byte for byte", async () => {
    backup = await backUp(ann, "account", true);
    expect(backup).toMatchObject({ withVersions: true, filesTotal: 3 + 3 + 4, filesDone: 10 });
    // What was in the first one is not stored again.
    expect(backup.bytesAdded).toBeGreaterThan(17 * 1024 * 1024);
    expect(backup.bytesAdded).toBeLessThan(18 * 1024 * 1024);
    const out = await mkdtemp(join(tmpdir(), "holdfast-versions-"));
    await restic(server.dataDir, "restore", backup.snapshotId!, "--target", out);
    expect(await hashFolder(join(out, "versions", ann.email))).toEqual(versions);
    expect(await hashFolder(join(out, "trash", ann.email))).toEqual(trash);
    expect([...(await hashFolder(join(out, "files", ann.email))).keys()]).toHaveLength(3);
    await rm(out, { recursive: true });
  });

  test("is looked into part by part, and gives files and archives of each", async () => {
    expect(await hashPart("versions")).toEqual(versions);
    expect(await hashPart("trash")).toEqual(trash);
    const archive = `/api/v1/backups/${backup.id}/archive?part=`;
    const whole = await ann.fetch(`${archive}versions`);
    expect(whole.headers.get("content-disposition")).toContain(", earlier versions.zip");
    expect(await filesOfZip(whole)).toEqual(versions);
    expect([...(await filesOfZip(await ann.fetch(`${archive}trash&path=old`))).keys()]).toEqual(["inside/deep.txt"]);
    // Without a part, the files: as before.
    const files = await ann.call(listBackupFiles, { params: { id: backup.id }, query: {} });
    expect(files.items.map(({ name }) => name)).toEqual(["docs", "twice", "no ending"]);
    const ben = await server.person("ben");
    for (const other of [ben, server.admin]) {
      expect((await other.fetch(`${archive}trash`)).status).toBe(404);
      expect((await other.fetch(`/api/v1/backups/${backup.id}/files?part=versions`)).status).toBe(404);
    }
  });

  test("brings versions and trash back into a new folder, and never in place", async () => {
    for (const [part, expected] of [
      ["versions", versions],
      ["trash", trash],
    ] as const) {
      const restored = await restoreAndWait(ann, backup.id, { part });
      expect(restored).toMatchObject({ status: "completed", part, filesDone: expected.size, error: null });
      expect(await hashLive(ann, restored.folderId!)).toEqual(expected);
      await ann.fetch(`/api/v1/files/${restored.folderId}?permanent=true`, { method: "DELETE" });
      for (const path of ["restore", "restore/preview"]) {
        const [status, code, detail] = await post(ann, `/api/v1/backups/${backup.id}/${path}`, {
          part,
          mode: "in-place",
        });
        expect([status, code]).toEqual([400, "invalid_request"]);
        expect(detail).toContain("Choose the mode new-folder");
      }
    }
    const one = [...versions.keys()].find((path) => path.startsWith("docs/"))!;
    const restored = await restoreAndWait(ann, backup.id, { part: "versions", paths: [one] });
    expect(await hashLive(ann, restored.folderId!)).toEqual(new Map([[one, versions.get(one)]]));
    await ann.fetch(`/api/v1/files/${restored.folderId}?permanent=true`, { method: "DELETE" });
  });

  test("of the same state is the same tree, with what is remembered of folders and without", async () => {
    const again = await backUp(ann, "account", true);
    expect(again).toMatchObject({ filesDone: 10, bytesDone: backup.bytesDone });
    expect(await treeOf(again)).toBe(await treeOf(backup));
    expect(await treeOf(await backUp(ann))).toBe(await treeOf(without));
    await server.services.pool.query("delete from holdfast.folder_trees");
    const next = await backUp(ann, "account", true);
    expect(await treeOf(next)).toBe(await treeOf(backup));
    expect(next.bytesAdded).toBeLessThan(2000);
  });

  test("shows what has changed since: a version more, and an empty trash", async () => {
    await ann.put("no ending", "smaller still", { onConflict: "replace" });
    expect((await ann.fetch("/api/v1/trash", { method: "DELETE" })).ok).toBe(true);
    backup = await backUp(ann, "account", true);
    expect(await hashPart("trash")).toEqual(new Map());
    const now = await hashPart("versions");
    expect(now.size).toBe(versions.size + 1);
    for (const [path, hash] of versions) expect(now.get(path)).toBe(hash);
    expect([...now.values()]).toContain(sha256(plain[1]!));
  });
});

test("whoever asks for versions is never answered with a backup that has none", async () => {
  const { pool } = server.services;
  const client = await pool.connect();
  const lock = [`backups of ${ann.id}`];
  const ask = (withVersions: boolean) => ann.call(createBackup, { body: { withVersions } });
  try {
    await client.query("select pg_advisory_lock(hashtextextended($1, 0))", lock);
    const first = await ask(false);
    expect(await ask(true)).toMatchObject({ id: first.id, withVersions: true });
    expect(await ask(false)).toMatchObject({ id: first.id, withVersions: true });
    // As a backup stands whose worker was stopped when its snapshot was stored.
    await pool.query("update holdfast.backups set with_versions = false, attempts = 1 where id = $1", [first.id]);
    const second = await ask(true);
    expect(second).toMatchObject({ withVersions: true });
    expect(second.id).not.toBe(first.id);
    expect(await ann.call(getBackup, { params: { id: first.id } })).toMatchObject({ withVersions: false });
    await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", lock);
    for (const { id } of [first, second]) expect((await backupEnded(ann, id)).status).toBe("completed");
    const parts = { params: { id: second.id }, query: { part: "versions" as const } };
    expect((await ann.call(listBackupFiles, parts)).items).toHaveLength(2);
  } finally {
    client.release();
  }
});

test("a schedule keeps the choice; the instance has none, and no parts", async () => {
  const made = await ann.call(createBackupSchedule, { body: { preset: "daily" } });
  expect(made.withVersions).toBe(false);
  const params = { id: made.id };
  expect(await ann.call(updateBackupSchedule, { params, body: { withVersions: true } })).toMatchObject({
    withVersions: true,
  });
  await ann.call(updateBackupSchedule, { params, body: { retention: { last: 3 } } });
  expect((await ann.call(listBackupSchedules, {})).items[0]).toMatchObject({ withVersions: true });
  const due = "update holdfast.backup_schedules set next_run_at = now() - interval '1 hour' where id = $1";
  await server.services.pool.query(due, [made.id]);
  // Its own tick may have been faster.
  await server.runJob("backups.tick");
  const { items } = await ann.call(listBackups, {});
  expect(items[0]).toMatchObject({ scheduleId: made.id, withVersions: true });
  expect((await backupEnded(ann, items[0]!.id)).status).toBe("completed");
  await ann.call(deleteBackupSchedule, { params });

  const ours = await server.admin.call(createBackupSchedule, { body: { preset: "daily", scope: "instance" } });
  const wanted = { scope: "instance", withVersions: true };
  for (const refused of [
    await post(server.admin, "/api/v1/backups", wanted),
    await post(server.admin, "/api/v1/backup-schedules", { ...wanted, preset: "daily" }),
    await post(server.admin, `/api/v1/backup-schedules/${ours.id}`, { withVersions: true }, "PATCH"),
  ]) {
    expect(refused).toEqual([400, "invalid_request", expect.stringContaining("in any case")]);
  }
  await server.admin.call(deleteBackupSchedule, { params: { id: ours.id } });
  const whole = await backUp(server.admin, "instance");
  expect(whole.withVersions).toBe(false);
  for (const [part, status] of [
    ["files", 200],
    ["versions", 404],
    ["trash", 404],
  ] as const) {
    const answer = await server.admin.fetch(`/api/v1/backups/${whole.id}/files?part=${part}`);
    expect([part, answer.status]).toEqual([part, status]);
  }
});
