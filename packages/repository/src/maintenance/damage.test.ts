import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { backup } from "../backup/backup.ts";
import { openRepository } from "../repository.ts";
import { randomFiles, readFiles, writeFiles } from "../testing/model.ts";
import { Random } from "../testing/random.ts";
import { temporaryRepository } from "../testing/temporary.ts";
import { check } from "./check.ts";
import { prune } from "./prune.ts";

/** Flips by HOLDFAST_REPOSITORY_FLIPS; HOLDFAST_SEED repeats a run. */
const FLIPS = Number(process.env.HOLDFAST_REPOSITORY_FLIPS ?? 24);
const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);

async function filled(files: number) {
  const { root, repository } = await temporaryRepository();
  const random = new Random(SEED);
  const tree = await backup(repository, {}, async (session) => {
    const written = await writeFiles(session, randomFiles(random, files));
    await session.saveSnapshot({ tree: written, paths: ["/"] });
    return written;
  });
  return { root, repository, random, tree };
}

async function filesBelow(root: string, ...folders: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(path.join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(path.join(entry.parentPath, entry.name));
    }
  }
  return found.sort();
}

/** Names and sizes of everything in the repository, without the locks. */
async function contentsOf(root: string): Promise<string[]> {
  const files = await filesBelow(root, ".");
  const kept = files.filter((file) => !file.startsWith(path.join(root, "locks")));
  return Promise.all(kept.map(async (file) => `${path.relative(root, file)} ${(await stat(file)).size}`));
}

test(`finds every one of ${FLIPS} flipped bits, and deletes nothing because of one (seed ${SEED})`, {
  timeout: 60_000 + FLIPS * 5000,
}, async () => {
  const { root, repository, random } = await filled(25);
  const files = await filesBelow(root, "data", "index", "snapshots", "keys");
  const contents = await contentsOf(root);
  for (let i = 0; i < FLIPS; i++) {
    const file = files[i % files.length] as string;
    const good = await readFile(file);
    const bad = Buffer.from(good);
    const at = random.below(bad.length);
    bad[at] = (bad[at] as number) ^ (1 << random.below(8));
    await writeFile(file, bad);
    const where = `a flipped bit at ${at} of ${path.relative(root, file)}`;
    const { errors } = await check(repository, { readData: "all" });
    expect(errors.length, where).toBeGreaterThan(0);
    // Either there is nothing to remove, or it says what is damaged.
    await prune(repository, { maxUnused: 0 }).catch((error: unknown) =>
      expect(error).toMatchObject({ code: "damaged" }),
    );
    expect(await contentsOf(root), where).toEqual(contents);
    await writeFile(file, good);
  }
  expect((await check(repository, { readData: "all" })).errors).toEqual([]);
});

test("refuses a damaged config or key", async () => {
  const { root, repository } = await filled(1);
  for (const file of [path.join(root, "config"), ...(await filesBelow(root, "keys"))]) {
    const good = await readFile(file);
    const bad = Buffer.from(good);
    bad[bad.length >> 1] = (bad[bad.length >> 1] as number) ^ 4;
    await writeFile(file, bad);
    await expect(openRepository({ store: repository.store, password: "secret" })).rejects.toMatchObject({
      code: "damaged",
    });
    await writeFile(file, good);
  }
});

test("names what is missing, prunes nothing then, and the next backup stores it again", async () => {
  const { root, repository, tree } = await filled(30);
  const packs = await filesBelow(root, "data");
  const sizes = await Promise.all(packs.map(async (pack) => (await readFile(pack)).length));
  // The largest pack holds data; the trees are small.
  const gone = packs[sizes.indexOf(Math.max(...sizes))] as string;
  await rm(gone);
  const { errors } = await check(repository);
  expect(errors.some((error) => error.includes(path.basename(gone)))).toBe(true);
  expect(errors.some((error) => error.includes("is missing") && error.includes("of the file"))).toBe(true);
  await expect(prune(repository)).rejects.toMatchObject({ code: "damaged" });
  await expect(readFiles(repository, tree)).rejects.toMatchObject({ code: "damaged" });

  await backup(repository, {}, async (session) => {
    const again = await writeFiles(session, randomFiles(new Random(SEED), 30));
    expect(again).toBe(tree);
    await session.saveSnapshot({ tree: again, paths: ["/"] });
  });
  await readFiles(repository, tree);
  await prune(repository);
  expect(await check(repository, { readData: "all" })).toMatchObject({ errors: [], hints: [] });
});
