import { expect, test } from "vitest";
import { daysUntilEmpty, leastDays, slopeOf } from "./growth.ts";

const line = (days: number, value: (day: number) => number) =>
  Array.from({ length: days }, (_, day) => ({ day, value: value(day) }));

test("a line's slope is its slope, and too few days have none", () => {
  expect(slopeOf(line(30, (day) => 1000 + 5 * day))).toBe(5);
  expect(slopeOf(line(leastDays - 1, (day) => day))).toBeNull();
  expect(slopeOf([])).toBeNull();
});

test("a few days that are far off change nothing to speak of", () => {
  const off = new Set([3, 11, 12, 20, 27]);
  const slope = slopeOf(line(30, (day) => (off.has(day) ? 1_000_000 : 100 * day)));
  expect(slope).toBeGreaterThan(60);
  expect(slope).toBeLessThan(140);
});

test("what was long ago is left out", () => {
  expect(slopeOf(line(400, (day) => (day < 300 ? 1000 * day : 300_000 - (day - 300))))).toBe(-1);
});

test("a disk is full in so many days, or never", () => {
  expect(daysUntilEmpty(100, -10)).toBe(10);
  expect(daysUntilEmpty(100, 0)).toBeNull();
  expect(daysUntilEmpty(100, 3)).toBeNull();
  expect(daysUntilEmpty(1e12, -1)).toBeNull();
});
