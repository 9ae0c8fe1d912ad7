import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createBackup,
  deleteBackup,
  deleteFile,
  getBackup,
  getRestore,
  listVersions,
  restoreBackup,
  verifyBackup,
} from "../../../packages/contract/src/index.ts";
import { Random } from "../../crash/support/random.ts";
import { registerPerson, signIn } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { drillSettings, readEverything } from "./drill.ts";
import { World } from "./kill-world.ts";
import { hashFolder, restic, sha256, type Tree } from "./support.ts";

/** The same run again: HOLDFAST_BACKUP_SEED=<what was printed>. */
const seed = Number(process.env.HOLDFAST_BACKUP_SEED ?? Math.floor(Math.random() * 2 ** 31));
let first: Product;
let world: World;
let bystander: Tree;

beforeAll(async () => {
  first = await startProduct({ env: drillSettings });
  const ben = await registerPerson(first.url, "ben");
  await ben.put("not mine.txt", "a bystander's");
  bystander = await readEverything(ben);
  world = new World(first, await registerPerson(first.url, "ann"), new Random(seed));
  for (let i = 0; i < 12; i++) await world.put(`${i}.bin`, 1_500_000);
  for (let i = 0; i < 30; i++) await world.put(`small ${i}.txt`, 100 + i);
  await world.backUp();
}, 120_000);
afterAll(() => (world?.product ?? first).stop());

/** Work that is killed once, and what must be so afterwards. */
const rounds: Record<string, (i: number) => Promise<void>> = {
  async backup(i) {
    await world.put(`new ${i}.bin`, 4_000_000);
    const old = world.random.pick([...world.expected.keys()]);
    await world.put(old, 300_000);
    const { id } = await world.ann.call(createBackup, { body: {} });
    const look = async () => world.ann.call(getBackup, { params: { id } });
    await world.kill("backup", async () => {
      const { status, phase, bytesDone } = await look();
      return `${status} ${phase ?? ""} ${bytesDone}`;
    });
    await world.until("the backup completes", async () => !["queued", "running"].includes((await look()).status));
    const backup = await look();
    expect(backup).toMatchObject({ status: "completed", filesDone: world.expected.size, error: null });
    expect(backup.verifiedAt).not.toBeNull();
    world.backups.push({ id, snapshotId: backup.snapshotId as string, tree: new Map(world.expected) });
    const out = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
    await restic(world.product.dataDir, "restore", backup.snapshotId as string, "--target", out);
    expect(await hashFolder(join(out, "files", world.ann.email))).toEqual(world.expected);
    await rm(out, { recursive: true });
  },

  async prune(i) {
    await world.put(`junk ${i}.bin`, 6_000_000);
    const { id, snapshotId } = await world.backUp();
    world.backups.pop();
    await world.remove(`junk ${i}.bin`);
    await world.ann.call(deleteBackup, { params: { id } });
    const present = () => restic(world.product.dataDir, "snapshots", "--json");
    const file = join(world.product.dataDir, "backups/default/snapshots", snapshotId as string);
    const locks = () => readdir(join(world.product.dataDir, "backups/default/locks")).catch(() => []);
    await world.kill("prune", async () => {
      const held = (await locks()).length > 0 ? "locked" : "not locked";
      return existsSync(file) ? `snapshot there, ${held}` : `snapshot gone, ${held}`;
    });
    // Its data as well: nothing is left to prune when the row no longer names a snapshot.
    await world.until("the snapshot and its data are gone", async () => {
      const rows = await world.sql((client) =>
        client.query("select from holdfast.backups where id = $1 and snapshot_id is not null", [id]),
      );
      return rows.length === 0 && !(await present()).includes(snapshotId as string);
    });
  },

  async "restore into a new folder"() {
    const { id, tree } = world.random.pick(world.backups);
    const { id: restoreId } = await world.ann.call(restoreBackup, { params: { id }, body: {} });
    const restored = await restoreEnds("restore into a new folder", restoreId);
    const prefix = `${restored.folderName}/`;
    const found = [...(await world.everything())].filter(([path]) => path.startsWith(prefix));
    expect(new Map(found.map(([path, hash]) => [path.slice(prefix.length), hash]))).toEqual(tree);
    const params = { id: restored.folderId as string };
    await world.ann.call(deleteFile, { params, query: { permanent: "true" } });
  },

  async "restore in place"() {
    const { id, tree } = world.random.pick(world.backups);
    const names = [...tree.keys()].filter((name) => world.expected.has(name) && name.endsWith(".bin"));
    for (const name of names.slice(0, 3)) await world.remove(name);
    const changed = names.at(-1) as string;
    await world.put(changed, 200_000);
    const later = world.expected.get(changed) as string;
    const body = { mode: "in-place" as const, newer: "replace" as const };
    const { id: restoreId } = await world.ann.call(restoreBackup, { params: { id }, body });
    await restoreEnds("restore in place", restoreId);
    for (const [path, hash] of tree) world.expected.set(path, hash);
    for (const { path, id: fileId } of await paths()) world.ids.set(path, fileId);
    const fileId = world.ids.get(changed) as string;
    const { items } = await world.ann.call(listVersions, { params: { id: fileId } });
    const hashes = await Promise.all(
      items.map(async (version) => sha256(await world.ann.read(fileId, `?version=${version.id}`))),
    );
    // What was replaced is kept, and nothing was restored twice.
    expect(hashes).toContain(later);
    expect(hashes.filter((hash) => hash === tree.get(changed))[0]).toBe(hashes[0]);
  },

  async verify() {
    const { id } = world.random.pick(world.backups);
    const { verifiedAt } = await world.ann.call(getBackup, { params: { id } });
    await world.ann.call(verifyBackup, { params: { id } });
    const look = () => world.ann.call(getBackup, { params: { id } });
    await world.kill("verify", async () => (await look()).phase ?? "done");
    await world.until("it is verified", async () => {
      const now = await look();
      return now.phase === null && now.verifiedAt !== verifiedAt;
    });
    expect((await look()).error).toBeNull();
  },

  async scrub() {
    await world.backUp();
    const damaged = await world.damage(8);
    expect(damaged).toBe(8);
    await world.scrub();
    const open = () =>
      world.sql<{ count: string }>((client) =>
        client.query(`select count(*) from holdfast.segments s where (state = 'bad' or verified_at is null)
          and exists (select from holdfast.content_segments c where c.sha256 = s.sha256)`),
      );
    await world.kill("scrub", async () => `${(await open())[0]?.count} to read`);
    await world.scrub();
    await world.until("everything is read and whole", async () => Number((await open())[0]?.count) === 0);
  },
};

const kinds = Object.keys(rounds);
/** One of each; a longer run: HOLDFAST_BACKUP_KILLS=60. */
const kills = Number(process.env.HOLDFAST_BACKUP_KILLS ?? kinds.length);

async function restoreEnds(what: string, id: string) {
  const look = () => world.ann.call(getRestore, { params: { id } });
  await world.kill(what, async () => {
    const { status, filesDone } = await look();
    return `${status} ${filesDone} files`;
  });
  await world.until("the restore completes", async () => !["queued", "running"].includes((await look()).status));
  const restored = await look();
  expect(restored).toMatchObject({ status: "completed", error: null });
  return restored;
}

async function paths(): Promise<{ path: string; id: string }[]> {
  return world.sql<{ path: string; id: string }>((client) =>
    client.query(
      `select name as path, id from holdfast.files
       where parent_id = $1 and kind = 'file' and trashed_at is null and purged_at is null`,
      [world.ann.id],
    ),
  );
}

test(`${kills} kills of backups, prunes, restores, verifications and scrubs: each goes on, and nothing else is touched`, {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  console.log(`seed ${seed}`);
  const began = performance.now();
  for (let i = 0; i < kills; i++) {
    await rounds[kinds[i % kinds.length] as string]!(i);
    await world.check();
    expect(await world.everything()).toEqual(world.expected);
    const ben = await signIn(world.product.url, "ben@example.org");
    expect(await readEverything(ben)).toEqual(bystander);
  }
  console.log(
    `${world.notes.join("\n")}\n${kills} kills in ${((performance.now() - began) / 1000).toFixed(0)} s, ${world.backups.length} backups whole`,
  );
});
