import path from "node:path";
import { createLocalStore } from "@holdfast/storage";
import { expect, onTestFinished, test } from "vitest";
import { check } from "./maintenance/check.ts";
import { forgetSnapshots } from "./maintenance/forget.ts";
import { prune } from "./maintenance/prune.ts";
import { openRepository, type Repository } from "./repository.ts";
import { find, lookUp } from "./restore/browse.ts";
import { readFile } from "./restore/read-file.ts";
import { readFolder, writeFolder } from "./testing/files-on-disk.ts";
import { changed, digest, type Files, randomFiles, readFiles } from "./testing/model.ts";
import { Random } from "./testing/random.ts";
import { restic, resticCheck } from "./testing/restic.ts";
import { temporaryFolder } from "./testing/temporary.ts";

interface Made {
  root: string;
  source: string;
  repository: Repository;
  states: Files[];
}

/** A repository that restic made: one snapshot for each of `compression`. */
async function madeByRestic(version: string, compression: readonly string[]): Promise<Made> {
  const folder = await temporaryFolder();
  const root = path.join(folder, "repository");
  const source = path.join(folder, "source");
  const random = new Random(7);
  await restic(root, ["init", "--repository-version", version]);
  const states: Files[] = [];
  let files = randomFiles(random, 60);
  for (const mode of compression) {
    await writeFolder(source, files);
    await restic(root, ["backup", source, ...(version === "1" ? [] : ["--compression", mode])]);
    states.push(await readFolder(source));
    files = changed(random, files, 20);
  }
  const store = await createLocalStore({ root });
  onTestFinished(() => store.close());
  return { root, source, repository: await openRepository({ store, password: "secret" }), states };
}

test("checks, restores, reads and prunes a repository that restic wrote, compressed and not", async () => {
  const { root, source, repository, states } = await madeByRestic("2", ["auto", "off", "max"]);
  expect(await check(repository, { readData: "all" })).toMatchObject({ errors: [], hints: [], snapshots: 3 });
  const snapshots = await repository.snapshots();
  for (const [i, { tree }] of snapshots.entries()) {
    expect(digest(await readFiles(repository, tree, source))).toBe(digest(states[i] as Files));
  }
  await forgetSnapshots(repository, [snapshots[0]?.id as string, snapshots[1]?.id as string]);
  const report = await prune(repository, { maxUnused: 0 });
  expect(report.packsRepacked).toBeGreaterThan(0);
  await resticCheck(root);
  expect(digest(await readFiles(repository, snapshots[2]?.tree as string, source))).toBe(digest(states[2] as Files));
});

test("finds and reads single files, and ranges of them", async () => {
  const { source, repository, states } = await madeByRestic("2", ["auto"]);
  const [snapshot] = await repository.snapshots();
  const tree = snapshot?.tree as string;
  const files = states[0] as Files;
  const found: string[] = [];
  for await (const { path: name, node } of find(repository, tree, { path: source })) {
    if (node.type === "file") found.push(name.slice(source.length));
  }
  expect(found.sort()).toEqual([...files.keys()].map((name) => name).sort());
  const [largest, content] = [...files].sort(([, a], [, b]) => b.length - a.length)[0] as [string, Buffer];
  const node = await lookUp(repository, tree, `${source}/${largest}`);
  const random = new Random(3);
  for (let i = 0; i < 20; i++) {
    const start = random.below(content.length);
    const end = start + random.below(content.length - start + 1);
    const chunks: Buffer[] = [];
    await readFile(repository, node, (chunk) => void chunks.push(Buffer.from(chunk)), { start, end });
    expect(Buffer.concat(chunks).equals(content.subarray(start, end))).toBe(true);
  }
  await expect(readFile(repository, node, () => {}, { start: 0, end: content.length + 1 })).rejects.toThrow(RangeError);
  await expect(lookUp(repository, tree, "/no/such/file")).rejects.toMatchObject({ code: "not_found" });
});

test("reads a repository of version 1, and says that it cannot be written", async () => {
  const { source, repository, states } = await madeByRestic("1", ["off"]);
  const [snapshot] = await repository.snapshots();
  expect((await check(repository, { readData: "all" })).errors).toEqual([]);
  expect(digest(await readFiles(repository, snapshot?.tree as string, source))).toBe(digest(states[0] as Files));
  await expect(prune(repository)).rejects.toMatchObject({ code: "unsupported" });
});
