import { afterEach, expect, test, vi } from "vitest";
import { backup, createRepository, partsOfStream, prune } from "../../../packages/repository/src/index.ts";
import { createMemoryStore } from "../../../packages/storage/src/index.ts";

const MINUTE = 60_000;
/** restic takes a lock that is older than this for abandoned. */
const ABANDONED = 30 * MINUTE;

afterEach(() => vi.useRealTimers());

test("a backup that takes hours keeps its lock young, so that nobody takes it for abandoned and prunes beneath it", async () => {
  const repository = await createRepository({ store: createMemoryStore(), password: "secret" });
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: Date.now() });
  const slow = Promise.withResolvers<void>();
  const underWay = Promise.withResolvers<void>();
  const seen: string[] = [];
  const snapshot = backup(repository, {}, async (session) => {
    async function* bytes() {
      yield Buffer.from("the first part");
      underWay.resolve();
      await slow.promise;
      yield Buffer.from(" and, hours later, the last");
    }
    const file = await session.addFile(partsOfStream(bytes()));
    const tree = await session.writeFolder([{ name: "film", mtime: new Date(), file }]);
    return session.saveSnapshot({ tree, paths: ["/"], time: new Date(), tags: [], programVersion: "test" });
  });
  await underWay.promise;
  for (let minutes = 0; minutes < 180; minutes += 5) {
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await vi.waitFor(async () => {
      const locks = await repository.locks();
      expect(locks).toHaveLength(1);
      expect(Date.now() - locks[0]!.time.getTime()).toBeLessThan(ABANDONED / 2);
      if (!seen.includes(locks[0]!.id)) seen.push(locks[0]!.id);
    });
    await expect(prune(repository)).rejects.toMatchObject({ code: "locked" });
  }
  // A renewed lock is a new one; the old ones are gone.
  expect(seen.length).toBeGreaterThan(10);
  slow.resolve();
  const id = await snapshot;
  expect(await repository.locks()).toEqual([]);
  expect((await repository.snapshots()).map((found) => found.id)).toEqual([id]);
});
