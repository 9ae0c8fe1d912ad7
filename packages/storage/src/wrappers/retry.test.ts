import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createMemoryStore } from "../drivers/memory.ts";
import { StorageError } from "../errors.ts";
import type { ByteRange, ObjectStore } from "../object-store.ts";
import { readObject } from "../read-object.ts";
import { withRetry } from "./retry.ts";

/** The memory store behind a connection that breaks off: reads come in chunks of 1,000 bytes and fail after every third one. */
function breaking(failures: number) {
  const inner = createMemoryStore();
  const ranges: (ByteRange | undefined)[] = [];
  let left = failures;
  const fail = (): void => {
    if (left > 0) {
      left--;
      throw new StorageError("unavailable", "The line is down.");
    }
  };
  const store: ObjectStore = {
    ...inner,
    async put(key, bytes) {
      fail();
      await inner.put(key, bytes);
    },
    async get(key, sink, range) {
      ranges.push(range);
      const bytes = await readObject(inner, key, range);
      for (let at = 0; at < bytes.length; at += 1000) {
        if (at === 3000) fail();
        await sink(bytes.subarray(at, at + 1000));
      }
    },
  };
  return { store, inner, ranges };
}

const quick = { firstDelay: 1, attempts: 4 };

describe("the retry wrapper", () => {
  test("goes on with a read where it broke off", async () => {
    const { store, inner, ranges } = breaking(2);
    const bytes = randomBytes(10_000);
    await inner.put("a", bytes);
    expect(await readObject(withRetry(store, quick), "a")).toEqual(bytes);
    expect(ranges).toEqual([undefined, { start: 3000, end: 10_000 }, { start: 6000, end: 10_000 }]);
  });

  test("goes on within a range", async () => {
    const { store, inner, ranges } = breaking(1);
    const bytes = randomBytes(10_000);
    await inner.put("a", bytes);
    expect(await readObject(withRetry(store, quick), "a", { start: 100, end: 9000 })).toEqual(
      bytes.subarray(100, 9000),
    );
    expect(ranges[1]).toEqual({ start: 3100, end: 9000 });
  });

  test("puts again, and gives up after the attempts it was given", async () => {
    const good = breaking(3);
    await withRetry(good.store, quick).put("a", Buffer.from("x"));
    expect(String(await readObject(good.inner, "a"))).toBe("x");
    const bad = breaking(4);
    await expect(withRetry(bad.store, quick).put("a", Buffer.from("x"))).rejects.toMatchObject({ code: "unavailable" });
  });

  test("does not retry what a sink throws, however it looks", async () => {
    const { store, inner, ranges } = breaking(0);
    await inner.put("a", Buffer.from("x"));
    const reason = new StorageError("unavailable", "The reader went away.");
    const read = withRetry(store, quick).get("a", () => {
      throw reason;
    });
    await expect(read).rejects.toBe(reason);
    expect(ranges).toHaveLength(1);
  });

  test("does not retry what another attempt cannot change", async () => {
    const { store, ranges } = breaking(0);
    await expect(readObject(withRetry(store, quick), "none")).rejects.toMatchObject({ code: "not_found" });
    expect(ranges).toHaveLength(1);
  });
});
