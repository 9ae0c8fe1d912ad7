import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { backup } from "../backup/backup.ts";
import { listPacks } from "../format/files.ts";
import { readBlob } from "../restore/blob-reader.ts";
import { changed, digest, randomFiles, readFiles, writeFiles } from "../testing/model.ts";
import { Random } from "../testing/random.ts";
import { temporaryRepository } from "../testing/temporary.ts";
import { check } from "./check.ts";
import { forgetSnapshots } from "./forget.ts";
import { prune } from "./prune.ts";

test("says in a preview what it then does, frees what nobody needs, and leaves nothing over", async () => {
  const { repository } = await temporaryRepository();
  const random = new Random(8);
  let files = randomFiles(random, 40);
  const snapshots: string[] = [];
  for (let i = 0; i < 4; i++) {
    await backup(repository, {}, async (session) => {
      snapshots.push(await session.saveSnapshot({ tree: await writeFiles(session, files), paths: ["/"] }));
    });
    if (i < 3) files = changed(random, files, 25);
  }
  const sizeOf = async () => [...(await listPacks(repository.store)).values()].reduce((a, b) => a + b, 0);
  expect(await prune(repository)).toMatchObject({ packsRemoved: 0, bytesUnused: 0 });

  await forgetSnapshots(repository, snapshots.slice(0, 3));
  const before = await sizeOf();
  const preview = await prune(repository, { maxUnused: 0, preview: true });
  expect(await sizeOf()).toBe(before);
  const steps = new Set<string>();
  const report = await prune(repository, { maxUnused: 0, onProgress: ({ step }) => steps.add(step) });
  expect({ ...report, bytesFreed: 0 }).toEqual({ ...preview, bytesFreed: 0 });
  expect(report.bytesFreed).toBe(before - (await sizeOf()));
  expect(report.bytesFreed).toBeGreaterThan(0);
  expect([...steps]).toEqual(["search", "repack", "delete"]);
  expect(await check(repository, { readData: "all" })).toMatchObject({ errors: [], hints: [], snapshots: 1 });
  const [last] = await repository.snapshots();
  expect(digest(await readFiles(repository, last?.tree as string))).toBe(digest(files));

  await forgetSnapshots(repository, snapshots.slice(3));
  await prune(repository);
  expect(await sizeOf()).toBe(0);
});

test("whoever reads while a prune moves what they read is told where it is now", async () => {
  const { repository } = await temporaryRepository();
  const random = new Random(8);
  let files = randomFiles(random, 40);
  const snapshots: string[] = [];
  for (let i = 0; i < 4; i++) {
    await backup(repository, {}, async (session) => {
      snapshots.push(await session.saveSnapshot({ tree: await writeFiles(session, files), paths: ["/"] }));
    });
    files = changed(random, files, 25);
  }
  const before = await repository.index();
  const { data } = before.tables;
  const packOf = (id: Buffer) => before.packId(data.pack(before.find("data", id)));
  const kept = (await repository.snapshots()).find(({ id }) => id === snapshots[3])?.tree as string;
  const wanted = [...(await readFiles(repository, kept)).values()].map((bytes) => hash("sha256", bytes, "buffer"));
  await forgetSnapshots(repository, snapshots.slice(0, 3));
  await prune(repository, { maxUnused: 0 });
  const packs = await listPacks(repository.store);
  const moved = wanted.filter((id) => before.find("data", id) >= 0 && !packs.has(packOf(id)));
  expect(moved.length).toBeGreaterThan(0);
  for (const id of moved)
    expect(hash("sha256", await readBlob(repository, before, "data", id.toString("hex")), "buffer")).toEqual(id);
  const nowhere = "00".repeat(32);
  await expect(readBlob(repository, before, "tree", nowhere)).rejects.toThrow("is not in the repository");
});

test("checks every pack once in the shares of a rotation", async () => {
  const { repository } = await temporaryRepository();
  const random = new Random(12);
  for (let i = 0; i < 6; i++) {
    await backup(repository, {}, async (session) => {
      await session.saveSnapshot({ tree: await writeFiles(session, randomFiles(random, 5)), paths: ["/"] });
    });
  }
  let read = 0;
  for (let part = 1; part <= 3; part++) read += (await check(repository, { readData: { part, of: 3 } })).packsRead;
  expect(read).toBe((await listPacks(repository.store)).size);
});

test("without room for new packs, what holds nothing needed goes, and no pack is written", async () => {
  const { repository } = await temporaryRepository();
  const random = new Random(31);
  const files = randomFiles(random, 30);
  const snapshots: string[] = [];
  // The first and the last share bytes; nobody shares with the one between.
  for (const each of [files, randomFiles(random, 30), changed(random, files, 5)]) {
    await backup(repository, {}, async (session) => {
      snapshots.push(await session.saveSnapshot({ tree: await writeFiles(session, each), paths: ["/"] }));
    });
  }
  await forgetSnapshots(repository, snapshots.slice(0, 2));
  const before = new Set((await listPacks(repository.store)).keys());
  const report = await prune(repository, { maxUnused: 0, repack: false });
  const after = [...(await listPacks(repository.store)).keys()];
  expect(report).toMatchObject({ packsRepacked: 0, packsRemoved: before.size - after.length });
  expect(report.packsRemoved).toBeGreaterThan(0);
  expect(after.filter((pack) => !before.has(pack))).toEqual([]);
  expect(await check(repository, { readData: "all" })).toMatchObject({ errors: [], snapshots: 1 });
});
