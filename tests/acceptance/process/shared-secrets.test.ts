import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackup, createBackupTarget } from "../../../packages/contract/src/index.ts";
import { createRepository } from "../../../packages/repository/src/index.ts";
import { createLocalStore } from "../../../packages/storage/src/index.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";
import { runServer, startServer, type TestServer } from "../../support/server.ts";
import { holdfastWith } from "../backups/drill.ts";
import { backUp, backupEnded } from "../backups/support.ts";

/** All nodes of an installation have the same secrets, and a recovery kit has the password that opens the backups. */
let database: TestDatabase;
let folder: string;
let server: TestServer;
beforeAll(async () => {
  database = await createMigratedDatabase();
  folder = await mkdtemp(join(tmpdir(), "holdfast-secrets-"));
  server = await startServer({}, { database, dataDir: await dataFolder("first") });
  await backUp(server.admin, "instance");
});
afterAll(async () => {
  await server.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A data folder with copies of the first one's keys. */
async function dataFolder(name: string, ...keys: string[]): Promise<string> {
  const made = join(folder, name);
  await mkdir(join(made, "keys"), { recursive: true });
  for (const key of keys) await copyFile(join(folder, "first", "keys", key), join(made, "keys", key));
  return made;
}

/** What a node with this data folder says instead of starting; null: it starts. */
async function refusal(dataDir: string, on = database): Promise<string | null> {
  try {
    await (await runServer({}, { database: on, dataDir })).close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test("a node without the others' keys does not start, says which, and makes none", async () => {
  const bare = await dataFolder("bare");
  expect(await refusal(bare)).toMatch(/keys\/link-key is missing, and this database was used with one\. Copy it/);
  expect(await readdir(join(bare, "keys"))).toEqual([]);

  const half = await dataFolder("half", "link-key");
  expect(await refusal(half)).toMatch(/keys\/backup-password is missing/);
  await writeFile(join(half, "keys", "backup-password"), "another-password\n");
  expect(await refusal(half)).toMatch(/keys\/backup-password is not the one that this database was used with/);
  const other = await dataFolder("other", "backup-password");
  await writeFile(join(other, "keys", "link-key"), `${"ab".repeat(32)}\n`);
  expect(await refusal(other)).toMatch(/keys\/link-key is not the one/);

  expect(await refusal(await dataFolder("second", "link-key", "backup-password"))).toBeNull();
});

test("the database has nothing in it by which a password could be tried", async () => {
  const { rows } = await server.services.pool.query(
    "select value from holdfast.settings where key = 'secret-fingerprints'",
  );
  expect(Object.keys(rows[0].value as object).sort()).toEqual(["backup-password", "link-key"]);
  expect(JSON.stringify(rows)).not.toContain(await server.services.backups.targets.password());
});

test("an empty database takes the keys of a data folder, and an installation of before takes its own", async () => {
  const empty = await createMigratedDatabase();
  try {
    expect(await refusal(await dataFolder("third", "link-key", "backup-password"), empty)).toBeNull();
    expect(await refusal(await dataFolder("fourth"), empty)).toMatch(/is missing/);
  } finally {
    await empty.drop();
  }
  await server.services.pool.query("delete from holdfast.settings where key = 'secret-fingerprints'");
  expect(await refusal(await dataFolder("fifth", "link-key", "backup-password"))).toBeNull();
  expect(await refusal(await dataFolder("sixth", "backup-password"))).toMatch(/link-key is missing/);
});

test("keys that are lost for good are given up by a command", async () => {
  const lost = await createMigratedDatabase();
  try {
    expect(await refusal(await dataFolder("kept"), lost)).toBeNull();
    const fresh = await dataFolder("fresh");
    expect(await refusal(fresh, lost)).toMatch(/npm run holdfast -- adopt-keys/);
    const env = { HOLDFAST_DATA: fresh, DATABASE_URL: lost.url };
    expect(await holdfastWith(env, "adopt-keys")).toMatchObject({ code: 0 });
    expect(await refusal(fresh, lost)).toBeNull();
  } finally {
    await lost.drop();
  }
});

test("a recovery kit is given only where its password opens the backups, and says what could not be asked", async () => {
  const kit = async () => (await server.admin.fetch("/api/v1/admin/backups/recovery-kit")).text();
  expect(await kit()).toContain("Proven: the password above opens it.");
  const place = join(folder, "disk");
  const body = { kind: "local" as const, name: "Disk", folder: place };
  const { id } = await server.admin.call(createBackupTarget, { body });
  expect(await kit()).toMatch(/Disk: .*\n {4}There is no backup in it yet\./);
  const { id: backup } = await server.admin.call(createBackup, { body: { scope: "instance", targetId: id } });
  expect(await backupEnded(server.admin, backup)).toMatchObject({ status: "completed" });
  await rename(place, `${place} (away)`);
  expect(await kit()).toMatch(/Disk: .*\n {4}NOT PROVEN that the password opens it: There is no folder/);
  await rename(`${place} (away)`, place);
  const keys = join(place, "keys");
  const [key] = await readdir(keys);
  await rm(join(keys, key as string));
  const strange = join(folder, "strange");
  const store = await createLocalStore({ root: strange });
  await createRepository({ store, password: "another one" });
  await store.close();
  for (const name of await readdir(join(strange, "keys")))
    await copyFile(join(strange, "keys", name), join(keys, name));
  const refused = await server.admin.fetch("/api/v1/admin/backups/recovery-kit");
  expect(await refused.json()).toMatchObject({
    code: "target_unusable",
    detail: 'No recovery kit can be given: The password of this installation does not open the target "Disk".',
  });
});
