import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminListAlerts, type Backup, getBackup, verifyBackup } from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { startServer, type TestServer } from "../../../support/server.ts";
import { backUp, plant } from "../support.ts";

/** Who asks for a backup to be read back has their own read, and learns of their own. */
let server: TestServer;
let ann: Person;
let ben: Person;
let annsBackup: Backup;
let bensBackup: Backup;
/** The files of the repository that only ben's backup has. */
let bensPacks: string[];

async function packs(): Promise<string[]> {
  const found = await readdir(join(server.dataDir, "backups", "default", "data"), {
    recursive: true,
    withFileTypes: true,
  });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

beforeAll(async () => {
  server = await startServer();
  [ann, ben] = [await server.person("ann"), await server.person("ben")];
  await plant(ann, [["of ann.bin", randomBytes(200_000)]]);
  await plant(ben, [["of ben.bin", randomBytes(300_000)]]);
  annsBackup = await backUp(ann);
  const before = await packs();
  bensBackup = await backUp(ben);
  bensPacks = (await packs()).filter((pack) => !before.includes(pack));
});
afterAll(() => server.close());

async function verified(person: Person, { id }: Backup): Promise<Backup> {
  await person.call(verifyBackup, { params: { id } });
  const now = () => person.call(getBackup, { params: { id } });
  await expect.poll(async () => (await now()).phase, { timeout: 60_000 }).toBeNull();
  return now();
}

test("another account's damaged packs are neither read nor named for a user, and told to the administrators", async () => {
  const good = new Map<string, Buffer>();
  for (const pack of bensPacks) {
    const bytes = await readFile(pack);
    good.set(pack, bytes);
    const bad = Buffer.from(bytes);
    bad[40] = (bad[40] as number) ^ 0xff;
    // The largest one has the file's bytes. The other, with ben's folders, is gone altogether.
    if (bytes.length > 200_000) await writeFile(pack, bad);
    else await rm(pack);
  }
  const anns = await verified(ann, annsBackup);
  expect(anns).toMatchObject({ status: "completed", error: null });
  expect(Date.parse(anns.verifiedAt!)).toBeGreaterThan(Date.parse(annsBackup.verifiedAt!));
  await plant(ann, [["another.bin", randomBytes(1000)]]);
  expect(await backUp(ann)).toMatchObject({ status: "completed", error: null });

  await server.runJob("backups.check");
  const { items } = await server.admin.call(adminListAlerts, { query: {} });
  const alert = items.find(({ kind }) => kind === "backups.damaged");
  expect(alert).toMatchObject({ severity: "critical", title: expect.stringContaining("is damaged") });

  for (const [pack, bytes] of good) if (bytes.length <= 200_000) await writeFile(pack, bytes);
  const bens = await verified(ben, bensBackup);
  expect(bens.error).toContain(`The file "/files/${ben.email}/of ben.bin" cannot be read`);
  expect(bens.error).not.toContain(ann.email);

  for (const [pack, bytes] of good) await writeFile(pack, bytes);
  await server.runJob("backups.check");
  const open = (await server.admin.call(adminListAlerts, { query: {} })).items.filter(
    ({ kind }) => kind === "backups.damaged",
  );
  expect(open.filter(({ resolvedAt }) => resolvedAt === null)).toEqual([]);
});

test("a backup is verified once an hour, and one of an account at a time", async () => {
  await server.services.pool.query("update holdfast.backups set proof_requested_at = null");
  expect((await verified(ann, annsBackup)).error).toBeNull();
  const again = await ann.fetch(`/api/v1/backups/${annsBackup.id}/verify`, { method: "POST" });
  expect(again.status).toBe(429);
  expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(3000);
  expect(await again.json()).toMatchObject({
    code: "rate_limited",
    detail: expect.stringMatching(/again in (59|60) minutes/),
  });

  const { pool } = server.services;
  const other = await backUp(ann);
  await pool.query("update holdfast.backups set phase = 'verifying' where id = $1", [annsBackup.id]);
  await expect(ann.call(verifyBackup, { params: { id: other.id } })).rejects.toMatchObject({ code: "busy" });
  await pool.query("update holdfast.backups set phase = null where id = $1", [annsBackup.id]);
  expect((await verified(ann, other)).error).toBeNull();
});

test("what has to be removed from a target goes before a verification", async () => {
  const { pool } = server.services;
  const [backup, gone] = [await backUp(ben), await backUp(ben)];
  // As after somebody has deleted it: its snapshot is still there.
  await pool.query("update holdfast.backups set deleted_at = now() where id = $1", [gone.id]);
  await ben.call(verifyBackup, { params: { id: backup.id } });
  const waiting = async () => {
    const { rows } = await pool.query(
      "select data from pgboss.job where name = 'backups.verify' and state = 'created'",
    );
    return rows.map(({ data }) => data as unknown);
  };
  await expect.poll(waiting, { timeout: 30_000 }).toEqual([{ backupId: backup.id, waits: 1 }]);
  expect(await ben.call(getBackup, { params: { id: backup.id } })).toMatchObject({
    phase: "verifying",
    verifiedAt: backup.verifiedAt,
  });
});
