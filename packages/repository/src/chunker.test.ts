import { expect, test } from "vitest";
import { findCut, gearTable, MAX_CHUNK, MIN_CHUNK } from "./chunker.ts";
import { Random } from "./testing/random.ts";

const table = gearTable("secret");

function cuts(bytes: Buffer, with_ = table): number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) ends.push((at = findCut(bytes, at, bytes.length, with_)));
  return ends;
}

test("cuts within its limits, around a MiB on average, and always at the same places", () => {
  const bytes = new Random(1).bytes(64 * 1024 * 1024);
  const ends = cuts(bytes);
  expect(cuts(Buffer.from(bytes))).toEqual(ends);
  const sizes = ends.map((end, i) => end - (ends[i - 1] ?? 0));
  for (const size of sizes.slice(0, -1)) {
    expect(size).toBeGreaterThan(MIN_CHUNK);
    expect(size).toBeLessThanOrEqual(MAX_CHUNK);
  }
  const average = bytes.length / ends.length / (1024 * 1024);
  expect(average).toBeGreaterThan(0.9);
  expect(average).toBeLessThan(1.4);
});

test("finds its old cuts again behind an insertion", () => {
  const bytes = new Random(2).bytes(16 * 1024 * 1024);
  const inserted = Buffer.concat([
    bytes.subarray(0, 3_000_000),
    Buffer.from("something new"),
    bytes.subarray(3_000_000),
  ]);
  const before = new Set(cuts(bytes).map((end) => bytes.length - end));
  const after = cuts(inserted).map((end) => inserted.length - end);
  expect(after.filter((end) => !before.has(end)).length).toBeLessThanOrEqual(4);
});

test("cuts elsewhere with another secret, at the limit where nothing ever fits, and never a short rest", () => {
  const bytes = new Random(3).bytes(16 * 1024 * 1024);
  expect(cuts(bytes, gearTable("other"))).not.toEqual(cuts(bytes));
  const zeros = Buffer.alloc(20 * 1024 * 1024);
  expect(cuts(zeros)[0]).toBe(MAX_CHUNK);
  expect(cuts(Buffer.alloc(MIN_CHUNK))).toEqual([MIN_CHUNK]);
});
