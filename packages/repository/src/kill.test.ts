import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { listPacks } from "./format/files.ts";
import { check } from "./maintenance/check.ts";
import { openRepository } from "./repository.ts";
import { PARTIAL, readFolder } from "./testing/files-on-disk.ts";
import { digest, type Files, readFiles } from "./testing/model.ts";
import { Random } from "./testing/random.ts";
import { restic, resticCheck } from "./testing/restic.ts";
import { temporaryFolder, temporaryRepository } from "./testing/temporary.ts";

/** Kills by HOLDFAST_REPOSITORY_KILLS; HOLDFAST_SEED chooses the instants and the files again. */
const KILLS = Number(process.env.HOLDFAST_REPOSITORY_KILLS ?? 5);
const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const CHILD = fileURLToPath(new URL("./testing/crash-child.ts", import.meta.url));

/** Runs the child and kills it `delay` ms after it has opened the repository. Returns the lines that it said. */
async function runAndKill(root: string, out: string, seed: number, delay: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, root, String(seed), out], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  const opened = Promise.withResolvers<void>();
  child.stdout.on("data", (data: Buffer) => {
    output += data;
    if (output.includes("open\n")) opened.resolve();
  });
  child.stderr.on("data", (data: Buffer) => {
    errors += data;
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
  await Promise.race([opened.promise, exited]);
  await Promise.race([sleep(delay), exited]);
  child.kill("SIGKILL");
  expect(await exited, `the child ended by itself: ${errors}`).toBe("SIGKILL");
  return output.split("\n");
}

/** Whatever has its name is whole, and after a restore that was done everything is there. */
async function compareRestored(folder: string, files: Files, done: boolean): Promise<void> {
  const found = existsSync(folder) ? await readFolder(folder) : new Map<string, Buffer>();
  for (const [name, content] of found) {
    if (name.endsWith(PARTIAL)) expect(done, name).toBe(false);
    else expect(files.get(name)?.equals(content), name).toBe(true);
  }
  if (done) expect([...found.keys()].sort()).toEqual([...files.keys()].sort());
}

test(`killed ${KILLS} times at any instant, the repository stays whole (seed ${SEED})`, {
  timeout: 60_000 + KILLS * 30_000,
}, async () => {
  const random = new Random(SEED);
  const { root, repository } = await temporaryRepository();
  /** Acknowledged and not (perhaps) forgotten. */
  const promised = new Set<string>();
  let whileRestoring = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const out = path.join(await temporaryFolder(), "out");
    const lines = await runAndKill(root, out, SEED + kill, random.below(random.pick([100, 400, 1500])));
    if (lines.at(-2)?.startsWith("restores")) whileRestoring++;
    const restored = new Set<string>();
    for (const line of lines) {
      const [word, id] = line.split(" ") as [string, string];
      if (word === "restored") restored.add(id);
      if (word === "stored") promised.add(id);
      // It keeps the newest two; killed in the middle of it, any other may be gone.
      if (word === "forgets") for (const old of [...promised].slice(0, -2)) promised.delete(old);
    }
    const again = await openRepository({ store: repository.store, password: "secret" });
    const report = await check(again, { readData: "all" });
    expect(report.errors, `after kill ${kill}`).toEqual([]);
    const snapshots = await again.snapshots();
    const present = new Set(snapshots.map(({ id }) => id));
    expect([...promised].filter((id) => !present.has(id))).toEqual([]);
    for (const { id, tree, tags } of snapshots) {
      const files = await readFiles(again, tree);
      expect(digest(files)).toBe(tags?.[0]);
      await compareRestored(path.join(out, id), files, restored.has(id));
    }
    await rm(out, { recursive: true, force: true });
    await restic(root, ["unlock"]);
    await resticCheck(root);
  }
  // The instants are random, but with many of them none of the operations is left out.
  if (KILLS >= 50) expect(whileRestoring).toBeGreaterThan(0);
});

test("adopts the packs that a killed backup left", async () => {
  const { root, repository } = await temporaryRepository();
  const { backup } = await import("./backup/backup.ts");
  const random = new Random(5);
  const bytes = random.bytes(40_000_000);
  const parts = Array.from({ length: 40 }, (_, i) => {
    const part = bytes.subarray(i * 1_000_000, (i + 1) * 1_000_000);
    return { size: part.length, read: async (sink: (chunk: Uint8Array) => unknown) => void (await sink(part)) };
  });
  const stopped = backup(repository, {}, async (session) => {
    await session.addFile(parts);
    // Wait until a pack is stored, then end as a crash would: without an index.
    while ((await listPacks(repository.store)).size === 0) await sleep(10);
    throw new Error("stop");
  });
  await expect(stopped).rejects.toThrow("stop");
  const left = (await listPacks(repository.store)).size;
  expect(left).toBeGreaterThan(0);
  expect((await check(repository)).hints).toHaveLength(left);
  const newBytes = await backup(repository, {}, async (session) => {
    const file = await session.addFile(parts);
    const tree = await session.writeFolder([{ name: "a", mtime: new Date(), file }]);
    await session.saveSnapshot({ tree, paths: ["/"] });
    return session.progress.newBytes;
  });
  expect(newBytes).toBeLessThan(bytes.length - left * 15_000_000);
  expect(await check(repository, { readData: "all" })).toMatchObject({ errors: [], hints: [] });
  await resticCheck(root);
});
