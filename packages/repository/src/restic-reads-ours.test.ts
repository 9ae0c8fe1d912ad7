import path from "node:path";
import { expect, test } from "vitest";
import { backup } from "./backup/backup.ts";
import { check } from "./maintenance/check.ts";
import { forget } from "./maintenance/forget.ts";
import { prune } from "./maintenance/prune.ts";
import { readFolder } from "./testing/files-on-disk.ts";
import { changed, digest, type Files, randomFiles, readFiles, writeFiles } from "./testing/model.ts";
import { Random } from "./testing/random.ts";
import { restic, resticCheck } from "./testing/restic.ts";
import { temporaryFolder, temporaryRepository } from "./testing/temporary.ts";

/** Rounds by HOLDFAST_REPOSITORY_ROUNDS; HOLDFAST_SEED repeats a run. */
const ROUNDS = Number(process.env.HOLDFAST_REPOSITORY_ROUNDS ?? 4);
const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);

test(`restic reads what we write, through ${ROUNDS} rounds of change (seed ${SEED})`, {
  timeout: 60_000 + ROUNDS * 30_000,
}, async () => {
  const random = new Random(SEED);
  const { root, repository } = await temporaryRepository();
  const written = new Map<string, Files>();
  const chunks = new Map<string, string[]>();
  let files = randomFiles(random, 40);
  for (let round = 0; round < ROUNDS; round++) {
    files = changed(random, files, random.below(15));
    const snapshot = await backup(
      repository,
      { cache: random.below(2) === 0 ? chunks : undefined },
      async (session) => {
        const tree = await writeFiles(session, files, 100_000 + random.below(2_000_000));
        return session.saveSnapshot({ tree, paths: ["/files"], hostname: "host", tags: [`round-${round}`] });
      },
    );
    written.set(snapshot, files);
    if (random.below(3) === 0) {
      for (const { remove } of await forget(repository, { policy: { last: 1 + random.below(4) } })) {
        for (const { id } of remove) written.delete(id);
      }
    }
    if (random.below(3) === 0) await prune(repository, { maxUnused: random.pick([0, 0.05, 0.5]) });

    await resticCheck(root);
    expect((await check(repository, { readData: "all" })).errors).toEqual([]);
    const list = JSON.parse(await restic(root, ["snapshots", "--json"])) as { id: string }[];
    expect(list.map(({ id }) => id).sort()).toEqual([...written.keys()].sort());
    const chosen = random.pick<string>([...written.keys()]);
    const target = path.join(await temporaryFolder(), "out");
    await restic(root, ["restore", chosen, "--target", target]);
    expect(digest(await readFolder(target))).toBe(digest(written.get(chosen) as Files));
    const { tree } = await repository.snapshot(chosen);
    expect(digest(await readFiles(repository, tree))).toBe(digest(written.get(chosen) as Files));
  }
});

test("restic lists names, sizes, times and modes as they were given", async () => {
  const { root, repository } = await temporaryRepository();
  const names = [
    "plain",
    'a"b\\c',
    "tab\t\n",
    "😀 \u{10ffff}",
    "\u0001\u007f\u00ad",
    "<script>&amp;",
    "\ufffe\u2028",
    "ﬀ",
    "é",
  ];
  await backup(repository, {}, async (session) => {
    const mtime = new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 780));
    const content = Buffer.from("abc");
    const tree = await session.writeFolder([
      ...names.map((name) => ({
        name,
        mtime,
        mode: 0o600,
        parts: [{ size: 3, read: async (sink: (c: Uint8Array) => unknown) => void (await sink(content)) }],
      })),
      { name: "sub", mtime, tree: await session.writeFolder([]) },
    ]);
    await session.saveSnapshot({ tree, paths: ["/x"], time: new Date(0) });
  });
  const lines = (await restic(root, ["ls", "latest", "--json"])).trim().split("\n").slice(1);
  const nodes = lines.map(
    (line) => JSON.parse(line) as { name: string; type: string; size?: number; mtime: string; mode: number },
  );
  expect(nodes.map(({ name }) => name).sort()).toEqual([...names, "sub"].sort());
  for (const node of nodes) {
    expect(node.mtime).toBe("2026-02-03T04:05:06.78Z");
    expect(node.mode & 0o777).toBe(node.type === "dir" ? 0o755 : 0o600);
    if (node.type === "file") expect(node.size).toBe(3);
  }
});

test("restic opens the repository with every password that was added, and with none that was removed", async () => {
  const { root, repository } = await temporaryRepository();
  const second = await repository.addKey("second");
  await restic(root, ["snapshots"], { password: "second" });
  await repository.changePassword("third");
  await restic(root, ["snapshots"], { password: "third" });
  await expect(restic(root, ["snapshots"])).rejects.toThrow("wrong password");
  expect((await repository.keys()).length).toBe(2);
  await repository.removeKey(second);
  await expect(restic(root, ["snapshots"], { password: "second" })).rejects.toThrow("wrong password");
  await expect(repository.removeKey(repository.keyId)).rejects.toMatchObject({ code: "invalid" });
});
