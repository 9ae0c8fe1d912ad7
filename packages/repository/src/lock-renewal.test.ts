import { createMemoryStore, type ObjectStore } from "@holdfast/storage";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isStale } from "./locks.ts";
import { createRepository, type Repository } from "./repository.ts";

const MINUTE = 60_000;

let broken = false;
let repository: Repository;

/** A store that takes no locks while `broken`. */
function fragile(store: ObjectStore): ObjectStore {
  return new Proxy(store, {
    get(target, name: keyof ObjectStore) {
      if (name !== "put") return (target[name] as (...args: unknown[]) => unknown).bind(target);
      return (key: string, bytes: Uint8Array) =>
        broken && key.startsWith("locks/") ? Promise.reject(new Error("The store is away.")) : target.put(key, bytes);
    },
  });
}

beforeEach(async () => {
  broken = false;
  repository = await createRepository({ store: fragile(createMemoryStore()), password: "secret" });
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Holds a lock while `test` lets time pass, and says how the work under it ended. */
async function whileLocked(test: (signal: AbortSignal) => Promise<void>): Promise<unknown> {
  return repository.withLock({ exclusive: true }, async (signal) => {
    await test(signal);
    signal.throwIfAborted();
    return "done";
  });
}

async function pass(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    await vi.advanceTimersByTimeAsync(MINUTE);
    // What a renewal waits for is no timer.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("renews its lock all the time, so that nobody ever takes it for abandoned", async () => {
  const ids = new Set<string>();
  const ended = whileLocked(async () => {
    for (let i = 0; i < 12; i++) {
      await pass(5);
      const locks = await repository.locks();
      expect(locks).toHaveLength(1);
      const [lock] = locks;
      expect(Date.now() - (lock?.time.getTime() ?? 0)).toBeLessThan(6 * MINUTE);
      expect(lock !== undefined && isStale(lock)).toBe(false);
      ids.add(lock?.id ?? "");
      await expect(repository.withLock({ exclusive: false }, async () => {})).rejects.toMatchObject({ code: "locked" });
    }
  });
  expect(await ended).toBe("done");
  expect(ids.size).toBe(12);
  expect(await repository.locks()).toEqual([]);
});

test("goes on after a store that was away for a quarter of an hour", async () => {
  const ended = whileLocked(async () => {
    broken = true;
    await pass(16);
    broken = false;
    await pass(30);
    expect(await repository.locks()).toHaveLength(1);
  });
  expect(await ended).toBe("done");
});

test("stops the work under a lock that could not be renewed for 20 minutes, before others may remove it", async () => {
  const ended = whileLocked(async (signal) => {
    broken = true;
    await pass(26);
    expect(signal.aborted).toBe(true);
    const [lock] = await repository.locks();
    expect(lock !== undefined && isStale(lock)).toBe(false);
  });
  await expect(ended).rejects.toMatchObject({ code: "lock_lost" });
});

test("stops the work after a sleep of the machine through which the lock became stale", async () => {
  const ended = whileLocked(async () => {
    await pass(5);
    vi.setSystemTime(Date.now() + 31 * MINUTE);
    const [lock] = await repository.locks();
    expect(lock !== undefined && isStale(lock)).toBe(true);
    await pass(5);
  });
  await expect(ended).rejects.toMatchObject({ code: "lock_lost" });
});
