import { setTimeout as sleep } from "node:timers/promises";
import { createMemoryStore } from "@holdfast/storage";
import { expect, test } from "vitest";
import { check } from "../maintenance/check.ts";
import { forgetSnapshots } from "../maintenance/forget.ts";
import { prune } from "../maintenance/prune.ts";
import { createRepository, openRepository } from "../repository.ts";
import { digest, randomFiles, readFiles, writeFiles } from "../testing/model.ts";
import { Random } from "../testing/random.ts";
import { temporaryRepository } from "../testing/temporary.ts";
import { backup } from "./backup.ts";
import type { Part } from "./part-packer.ts";
import type { FolderEntry } from "./session.ts";
import { partsOfStream } from "./stream-parts.ts";

const mtime = new Date(1_750_000_000_000);

/** A part that counts how often it is read. */
function counted(bytes: Buffer, key?: string): Part & { reads: number } {
  const part = {
    key,
    size: bytes.length,
    reads: 0,
    async read(sink: (chunk: Uint8Array) => unknown) {
      part.reads++;
      for (let at = 0; at < bytes.length; at += 70_000) await sink(bytes.subarray(at, at + 70_000));
    },
  };
  return part;
}

test("does not read a part again whose chunks are remembered, unless they are gone", async () => {
  const { repository } = await temporaryRepository();
  const bytes = new Random(1).bytes(3_000_000);
  const part = counted(bytes, "segment");
  const cache = new Map<string, string[]>();
  const run = () =>
    backup(repository, { cache }, async (session) => {
      const tree = await session.writeFolder([{ name: "file", mtime, parts: [part] }]);
      const id = await session.saveSnapshot({ tree, paths: ["/"] });
      return { id, tree, ...session.progress };
    });
  const first = await run();
  expect(part.reads).toBe(1);
  expect(first).toMatchObject({ files: 1, bytes: 3_000_000 });
  expect(first.newBytes).toBeGreaterThanOrEqual(3_000_000);
  const second = await run();
  expect(part.reads).toBe(1);
  expect(second).toMatchObject({ tree: first.tree, files: 1, bytes: 3_000_000, newBytes: 0 });
  await forgetSnapshots(repository, [first.id, second.id]);
  await prune(repository);
  const third = await run();
  expect(part.reads).toBe(2);
  expect((await readFiles(repository, third.tree)).get("file")?.equals(bytes)).toBe(true);
});

test("reuses an unchanged folder's tree only while the snapshot that holds it is there", async () => {
  const { repository } = await temporaryRepository();
  const { tree, snapshot } = await backup(repository, {}, async (session) => {
    const tree = await session.writeFolder([{ name: "file", mtime, parts: [counted(Buffer.from("x"))] }]);
    return { tree, snapshot: await session.saveSnapshot({ tree, paths: ["/"] }) };
  });
  const ask = (of: string, id: string) => backup(repository, {}, async (session) => session.canReuseTree(of, id));
  expect(await ask(tree, snapshot)).toBe(true);
  expect(await ask("0".repeat(64), snapshot)).toBe(false);
  await forgetSnapshots(repository, [snapshot]);
  expect(await ask(tree, snapshot)).toBe(false);
});

test("stores a folder of 100,000 entries in any order", { timeout: 60_000 }, async () => {
  const { repository } = await temporaryRepository();
  const content = Buffer.from("the same everywhere");
  function* entries(): Generator<FolderEntry> {
    for (let i = 0; i < 100_000; i++) {
      yield { name: `file ${(i * 7919) % 100_000}`, mtime, parts: i % 50 === 0 ? [counted(content)] : [] };
    }
  }
  const { tree, progress } = await backup(repository, {}, async (session) => {
    const tree = await session.writeFolder(entries());
    await session.saveSnapshot({ tree, paths: ["/"] });
    return { tree, progress: session.progress };
  });
  expect(progress.files).toBe(100_000);
  expect(await readFiles(repository, tree)).toHaveProperty("size", 100_000);
  expect((await check(repository, { readData: "all" })).errors).toEqual([]);
});

test("takes a stream of unknown length", async () => {
  const { repository } = await temporaryRepository();
  const bytes = new Random(2).bytes(40_000_001);
  const scratch = Buffer.alloc(1_000_000);
  async function* source() {
    for (let at = 0; at < bytes.length; at += scratch.length) {
      const part = bytes.subarray(at, at + scratch.length);
      scratch.set(part);
      // The same buffer each time, as readers have it.
      yield scratch.subarray(0, part.length);
    }
  }
  const tree = await backup(repository, {}, async (session) => {
    const file = await session.addFile(partsOfStream(source()));
    expect(file.size).toBe(bytes.length);
    const tree = await session.writeFolder([{ name: "table.ndjson", mtime, file }]);
    await session.saveSnapshot({ tree, paths: ["/catalog"] });
    return tree;
  });
  expect((await readFiles(repository, tree)).get("table.ndjson")?.equals(bytes)).toBe(true);
});

test("stores the same bytes once, however often they come at once", async () => {
  const { repository } = await temporaryRepository();
  const bytes = new Random(3).bytes(5_000_000);
  const newBytes = await backup(repository, {}, async (session) => {
    const files = await Promise.all(Array.from({ length: 8 }, () => session.addFile([counted(bytes)])));
    expect(new Set(files.map(({ content }) => content.join())).size).toBe(1);
    return session.progress.newBytes;
  });
  expect(newBytes).toBe(bytes.length);
});

test("fails as a whole, and clearly, where a part or an entry is not as promised", async () => {
  const { repository } = await temporaryRepository();
  const short = { ...counted(Buffer.from("abc")), size: 4 };
  const cases: [FolderEntry[], RegExp][] = [
    [[{ name: "a", mtime, parts: [short] }], /gave 3 bytes where it has 4/],
    [[{ name: "a", mtime, parts: [counted(Buffer.alloc(1)), { ...short, size: 17_000_000 }] }], /larger than/],
    [[{ name: "a/b", mtime, parts: [] }], /cannot be a name/],
    [["a", "b", "a"].map((name) => ({ name, mtime, parts: [] })), /two entries named "a"/],
    [[{ name: "a", mtime, tree: "1".repeat(64) }], /not in the repository/],
  ];
  for (const [entries, message] of cases) {
    await expect(backup(repository, {}, (session) => session.writeFolder(entries))).rejects.toThrow(message);
  }
  const failing = { size: 10, read: async () => Promise.reject(new Error("the store is away")) };
  await expect(backup(repository, {}, (session) => session.addFile([failing]))).rejects.toThrow("the store is away");
  expect(await repository.snapshots()).toEqual([]);
  expect(await repository.locks()).toEqual([]);
});

test("stops soon when it is cancelled, and leaves no lock and no snapshot", async () => {
  const { repository } = await temporaryRepository();
  const cancel = new AbortController();
  const random = new Random(4);
  async function* endless() {
    for (;;) {
      yield counted(random.bytes(2_000_000));
      await sleep(1);
    }
  }
  const running = backup(repository, { signal: cancel.signal }, async (session) => {
    const file = await session.addFile(endless());
    return session.writeFolder([{ name: "a", mtime, file }]);
  });
  setTimeout(() => cancel.abort(new Error("cancelled")), 300);
  const start = performance.now();
  await expect(running).rejects.toThrow("cancelled");
  expect(performance.now() - start).toBeLessThan(5000);
  expect(await repository.locks()).toEqual([]);
  expect((await check(repository)).errors).toEqual([]);
});

test("works over any object store, and needs nothing but the password to be opened again", async () => {
  const store = createMemoryStore();
  const files = randomFiles(new Random(5), 20);
  const made = await createRepository({ store, password: "secret" });
  await expect(createRepository({ store, password: "secret" })).rejects.toMatchObject({ code: "exists" });
  await backup(made, {}, async (session) => {
    await session.saveSnapshot({ tree: await writeFiles(session, files), paths: ["/"] });
  });
  await expect(openRepository({ store, password: "wrong" })).rejects.toMatchObject({ code: "wrong_password" });
  await expect(openRepository({ store: createMemoryStore(), password: "secret" })).rejects.toMatchObject({
    code: "no_repository",
  });
  const repository = await openRepository({ store, password: "secret" });
  const [snapshot] = await repository.snapshots();
  expect(digest(await readFiles(repository, snapshot?.tree as string))).toBe(digest(files));
  expect((await check(repository, { readData: "all" })).errors).toEqual([]);
});
