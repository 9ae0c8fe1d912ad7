import fc from "fast-check";
import { expect, test } from "vitest";
import { boundOf, bucketOf, quantileOf } from "./histogram.ts";

function histogramOf(values: readonly number[]) {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(bucketOf(value), (counts.get(bucketOf(value)) ?? 0) + 1);
  const filled = [...counts].sort(([a], [b]) => a - b);
  return { buckets: filled.map(([bucket]) => bucket), counts: filled.map(([, count]) => count) };
}

test("a duration is in the bucket whose bounds it lies between", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.51, max: 120_000, noNaN: true }), (ms) => {
      const bucket = bucketOf(ms);
      expect(boundOf(bucket) * 1.0001).toBeGreaterThanOrEqual(ms);
      expect(boundOf(bucket - 1)).toBeLessThan(ms * 1.0001);
    }),
  );
});

test("any quantile is within a fifth of the true one, whatever the durations are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (values, share) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
        const read = quantileOf(histogramOf(values), share) as number;
        // One bucket is so wide.
        expect(read / exact).toBeLessThan(2 ** 0.25 * 1.0001);
        expect(exact / read).toBeLessThan(2 ** 0.25 * 1.0001);
      },
    ),
  );
});

test("what is shorter or longer than all buckets is in the first or the last, and nothing has no quantile", () => {
  expect([0, -1, 0.1, 0.5, Number.NaN].map(bucketOf)).toEqual([0, 0, 0, 0, 0]);
  expect(bucketOf(1e9)).toBe(bucketOf(1e12));
  expect(quantileOf({ buckets: [], counts: [] }, 0.5)).toBeNull();
});
