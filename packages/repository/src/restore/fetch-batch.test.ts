import { expect, test } from "vitest";
import { backup } from "../backup/backup.ts";
import { type Files, writeFiles } from "../testing/model.ts";
import { Random } from "../testing/random.ts";
import { temporaryRepository } from "../testing/temporary.ts";
import { restore } from "./restore.ts";

test("blobs near to each other are one read, whatever lies between them and wherever the store cuts it", async () => {
  const { repository } = await temporaryRepository();
  const random = new Random(5);
  const files: Files = new Map();
  // Blobs that end in the middle of a chunk of the store's (512 KiB), and some larger than it.
  for (let i = 0; i < 60; i++) files.set(`${100 + i}`, random.bytes(i % 20 === 19 ? 1_200_000 : 90_000 + i * 1000));
  const tree = await backup(repository, { workers: 1 }, async (session) => {
    const made = await writeFiles(session, files, 8_000_000);
    await session.saveSnapshot({ tree: made, paths: ["/"] });
    return made;
  });
  const { store } = repository;
  const get = store.get.bind(store);
  const reads: string[] = [];
  store.get = (key, ...rest) => {
    if (key.startsWith("data/")) reads.push(key);
    return get(key, ...rest);
  };
  const restored: Files = new Map();
  await restore(repository, tree, {
    folder() {},
    file(name) {
      // Two of three are left out.
      if (Number(name) % 3 !== 0) return null;
      const chunks: Buffer[] = [];
      return {
        write: (chunk) => void chunks.push(Buffer.from(chunk)),
        close: () => void restored.set(name, Buffer.concat(chunks)),
        abort() {},
      };
    },
  });
  const wanted = [...files].filter(([name]) => Number(name) % 3 === 0);
  expect(restored.size).toBe(wanted.length);
  for (const [name, bytes] of wanted) expect(restored.get(name)?.equals(bytes)).toBe(true);
  // One of the trees, and of each pack and batch one, or two where a large file lies between: a read for each blob would be 21.
  expect(reads.length).toBeLessThan(12);
});
