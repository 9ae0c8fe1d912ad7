import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createBackup,
  createBackupTarget,
  deleteBackup,
  getBackup,
  listBackupFiles,
  listBackups,
  listFiles,
  previewRestore,
  testBackupTarget,
} from "../../../packages/contract/src/index.ts";
import { type Person, signIn } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import {
  assortment,
  backUp,
  backupEnded,
  filesOfZip,
  hashFolder,
  plant,
  restic,
  restoreAndWait,
  sha256,
} from "./support.ts";

let server: TestServer;
let ann: Person;
let ben: Person;
let planted: [string, Uint8Array][];

beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
  ben = await server.person("ben");
});
afterAll(() => server.close());

/** Hashes of the files in a folder of a person's, by path. */
async function hashLive(person: Person, parentId?: string, prefix = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const { items } = await person.call(listFiles, { query: { limit: 1000, ...(parentId ? { parentId } : {}) } });
  for (const item of items) {
    if (item.kind === "folder") {
      for (const [path, hash] of await hashLive(person, item.id, `${prefix}${item.name}/`)) found.set(path, hash);
    } else found.set(prefix + item.name, sha256(await person.read(item.id)));
  }
  return found;
}

describe("an account's backup", () => {
  test("is read by restic, byte for byte, below /files/<email>; the second reads nothing new", async () => {
    planted = assortment();
    const { tree } = await plant(ann, planted);
    const first = await backUp(ann);
    expect(first).toMatchObject({ scope: "account", backupType: "one_click", filesTotal: 8, filesDone: 8 });
    expect(first.bytesAdded).toBeGreaterThan(17 * 1024 * 1024);

    const out = await mkdtemp(join(tmpdir(), "holdfast-restic-"));
    await restic(server.dataDir, "check", "--read-data");
    await restic(server.dataDir, "restore", "latest", "--target", out);
    expect(await hashFolder(join(out, "files", ann.email))).toEqual(tree);
    await rm(out, { recursive: true });

    const second = await backUp(ann);
    expect(second).toMatchObject({ filesDone: 8, bytesDone: first.bytesDone });
    expect(second.bytesAdded).toBeLessThan(2000);
    expect((await stat(join(server.dataDir, "keys", "backup-password"))).mode & 0o777).toBe(0o600);
  });

  test("is looked into like a folder, and its files come with ranges", async () => {
    const { items: backups } = await ann.call(listBackups, {});
    const id = backups[0]!.id;
    const root = await ann.call(listBackupFiles, { params: { id }, query: { limit: 3 } });
    expect(root.items.map(({ name, kind }) => [name, kind])).toEqual([
      ["a", "folder"],
      ["photos", "folder"],
      ["Ünïcode ☃", "folder"],
    ]);
    const rest = await ann.call(listBackupFiles, { params: { id }, query: { cursor: root.nextCursor! } });
    expect(rest.items.map(({ name }) => name)).toEqual([
      "empty.txt",
      "one byte",
      'quotes "and" <tags> & \\ tabs\t.txt',
    ]);
    expect(rest.nextCursor).toBeNull();
    const inside = await ann.call(listBackupFiles, { params: { id }, query: { path: "photos/2026" } });
    expect(inside.items.map(({ path, fileSize }) => [path, fileSize])).toEqual([
      ["photos/2026/large.bin", 17 * 1024 * 1024],
      ["photos/2026/twice b.bin", 100_000],
    ]);

    const url = `/api/v1/backups/${id}/content?path=${encodeURIComponent("photos/2026/large.bin")}`;
    const whole = Buffer.from(await (await ann.fetch(url)).arrayBuffer());
    const part = await ann.fetch(url, { headers: { range: "bytes=16777000-16777999" } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(16777000, 16778000))).toBe(true);
    const head = await ann.fetch(url, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(17 * 1024 * 1024));
    for (const path of ["nothing", "photos/../one byte", "photos/nothing"]) {
      const answer = await ann.fetch(`/api/v1/backups/${id}/content?path=${encodeURIComponent(path)}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await ann.fetch(`/api/v1/backups/${id}/content?path=photos`)).status).toBe(422);
    expect((await ann.fetch(`/api/v1/backups/${id}/content?path=`)).status).toBe(422);
    expect((await ann.fetch(`/api/v1/backups/${id}/files?path=one%20byte`)).status).toBe(422);
  });

  test("is listed in any order, and comes as one archive", async () => {
    const { items: backups } = await ann.call(listBackups, {});
    const { id, backupDate } = backups[0]!;
    const names = async (query: { sort: "name" | "size" | "modified"; order: "asc" | "desc"; path?: string }) =>
      (await ann.call(listBackupFiles, { params: { id }, query })).items.map(({ name }) => name);
    const path = "photos";
    expect(await names({ sort: "name", order: "desc" })).toEqual([
      ...["Ünïcode ☃", "photos", "a"],
      ...['quotes "and" <tags> & \\ tabs\t.txt', "one byte", "empty.txt"],
    ]);
    expect((await names({ sort: "size", order: "asc" })).slice(3)).toEqual([
      ...["empty.txt", "one byte", 'quotes "and" <tags> & \\ tabs\t.txt'],
    ]);
    expect(await names({ sort: "size", order: "desc", path: `${path}/2026` })).toEqual(["large.bin", "twice b.bin"]);

    const whole = await ann.fetch(`/api/v1/backups/${id}/archive`);
    expect(whole.headers.get("content-disposition")).toContain(`Backup ${backupDate?.slice(0, 10)}.zip`);
    const expected = new Map(planted.map(([name, bytes]) => [name.replace(/[\\\t]/g, "_"), sha256(bytes)]));
    expect(await filesOfZip(whole)).toEqual(expected);
    const part = await filesOfZip(await ann.fetch(`/api/v1/backups/${id}/archive?path=photos/2026`));
    expect([...part.keys()]).toEqual(["large.bin", "twice b.bin"]);
    for (const [query, status] of [
      ["?path=nothing", 404],
      ["?path=one%20byte", 422],
    ] as const) {
      expect((await ann.fetch(`/api/v1/backups/${id}/archive${query}`)).status).toBe(status);
    }
  });

  test("is nobody else's: not another person's, not the admin's", async () => {
    const { items } = await ann.call(listBackups, {});
    const id = items[0]!.id;
    for (const other of [ben, server.admin]) {
      for (const [method, path] of [
        ["GET", ""],
        ["DELETE", ""],
        ["GET", "/files"],
        ["GET", "/content?path=one%20byte"],
        ["GET", "/archive"],
        ["POST", "/restore"],
        ["POST", "/restore/preview"],
        ["POST", "/verify"],
      ] as const) {
        const init =
          method === "POST" ? { method, body: "{}", headers: { "content-type": "application/json" } } : { method };
        const answer = await other.fetch(`/api/v1/backups/${id}${path}`, init);
        expect([method, path, answer.status]).toEqual([method, path, 404]);
      }
    }
    expect((await ben.call(listBackups, {})).items).toEqual([]);
    expect((await ben.fetch("/api/v1/backups?scope=instance")).status).toBe(403);
    const init = { method: "POST", body: '{"scope":"instance"}', headers: { "content-type": "application/json" } };
    expect((await ben.fetch("/api/v1/backups", init)).status).toBe(403);
    expect((await ann.call(getBackup, { params: { id } })).status).toBe("completed");
  });
});

describe("a restore", () => {
  test("into a new folder brings everything back beside what is there", async () => {
    const before = await hashLive(ann);
    const { items } = await ann.call(listBackups, {});
    const restored = await restoreAndWait(ann, items[0]!.id);
    expect(restored).toMatchObject({ status: "completed", filesTotal: 8, filesDone: 8, error: null });
    expect(restored.folderName).toMatch(/^Restored \d{4}-\d\d-\d\d$/);
    expect(await hashLive(ann, restored.folderId!)).toEqual(before);
    await ann.fetch(`/api/v1/files/${restored.folderId}`, { method: "DELETE" });
  });

  test("in place brings back what is gone, keeps what is newer, and makes old bytes a new version where asked", async () => {
    const carl = await server.person("carl");
    const { ids } = await plant(carl, [
      ["docs/gone.txt", Buffer.from("gone")],
      ["docs/edited.txt", Buffer.from("first")],
      ["docs/same.txt", Buffer.from("same")],
    ]);
    const backup = await backUp(carl);
    await carl.fetch(`/api/v1/files/${ids.get("docs/gone.txt")}?permanent=true`, { method: "DELETE" });
    const { items: roots } = await carl.call(listFiles, {});
    await carl.put("edited.txt", "second, newer", { parentId: roots[0]!.id, onConflict: "replace" });

    const wanted = { params: { id: backup.id }, body: { mode: "in-place" as const } };
    expect(await carl.call(previewRestore, wanted)).toMatchObject({ new: 1, changed: 0, same: 1, kept: 1, bytes: 4 });
    const restored = await restoreAndWait(carl, backup.id, { mode: "in-place" });
    expect(restored).toMatchObject({ status: "completed", filesDone: 1, filesSame: 1, filesKept: 1 });
    expect(restored.kept).toEqual(["docs/edited.txt"]);
    expect((await carl.read(ids.get("docs/edited.txt")!)).toString()).toBe("second, newer");
    expect([...(await hashLive(carl)).keys()].sort()).toEqual(["docs/edited.txt", "docs/gone.txt", "docs/same.txt"]);

    const named = await restoreAndWait(carl, backup.id, { mode: "in-place", paths: ["docs/edited.txt"] });
    expect(named).toMatchObject({ status: "completed", filesDone: 1, filesKept: 0 });
    expect((await carl.read(ids.get("docs/edited.txt")!)).toString()).toBe("first");
    const versions = await carl.fetch(`/api/v1/files/${ids.get("docs/edited.txt")}/versions`);
    expect(((await versions.json()) as { items: unknown[] }).items).toHaveLength(3);
  });

  test("never passes a quota, and says what does not exist at once", async () => {
    const dora = await server.person("dora");
    await plant(dora, [["a.bin", Buffer.alloc(50_000, 1)]]);
    const backup = await backUp(dora);
    await server.services.pool.query("update holdfast.spaces set quota_bytes = 60000 where id = $1", [dora.id]);
    const refused = await restoreAndWait(dora, backup.id);
    expect(refused).toMatchObject({ status: "failed", filesDone: 0 });
    expect(refused.error).toContain("10 KB of your 60 KB");
    const missing = await dora.fetch(`/api/v1/backups/${backup.id}/restore`, {
      method: "POST",
      body: '{"paths":["b.bin"]}',
      headers: { "content-type": "application/json" },
    });
    expect(missing.status).toBe(404);
  });
});

test("where backups lie on the server is told to admins alone, also when something fails", async () => {
  const place = join(server.dataDir, "a place of its own");
  const { id: targetId } = await server.admin.call(createBackupTarget, {
    body: { kind: "local", name: "Basement", folder: place },
  });
  await rm(place, { recursive: true });
  await writeFile(place, "no folder any more");
  const fay = await server.person("fay");
  await plant(fay, [["a.txt", Buffer.from("a")]]);
  const { id } = await fay.call(createBackup, { body: { targetId } });
  const failed = await backupEnded(fay, id);
  expect(failed).toMatchObject({ status: "failed", storageLocation: "Basement" });
  expect(failed.error).toMatch(/the folder of the target.*then try again\.$/);
  await server.admin.call(testBackupTarget, { params: { id: targetId } });
  for (const path of ["/api/v1/backups", `/api/v1/backups/${id}`, "/api/v1/backup-targets"]) {
    expect([path, await (await fay.fetch(path)).text()]).toEqual([path, expect.not.stringContaining(server.dataDir)]);
  }
  const own = await server.admin.call(createBackup, { body: { targetId } });
  const seen = await backupEnded(server.admin, own.id);
  expect(seen).toMatchObject({ status: "failed", storageLocation: place, error: expect.stringContaining(place) });
});

test("a backup that is deleted is gone at once, and its data go from the repository", async () => {
  const eve = await server.person("eve");
  await plant(eve, [["secret.bin", Buffer.alloc(300_000, 7)]]);
  const backup = await backUp(eve);
  expect(await restic(server.dataDir, "snapshots", "--json")).toContain(backup.snapshotId);
  await eve.call(deleteBackup, { params: { id: backup.id } });
  expect((await eve.fetch(`/api/v1/backups/${backup.id}`)).status).toBe(404);
  await expect
    .poll(() => restic(server.dataDir, "snapshots", "--json"), { timeout: 20_000 })
    .not.toContain(backup.snapshotId);
  await restic(server.dataDir, "check", "--read-data");
  // Others' backups are whole.
  await signIn(server.url, ann.email);
  const { items } = await ann.call(listBackups, {});
  expect((await restoreAndWait(ann, items[0]!.id, { paths: ["a"] })).filesDone).toBe(1);
});
