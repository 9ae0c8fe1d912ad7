import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { inGroups } from "./in-groups.ts";

test("what comes during a call goes with the next one, and everybody gets their own result", async () => {
  const groups: number[][] = [];
  const double = inGroups(async (items: number[]) => {
    groups.push(items);
    await turn();
    return items.map((item) => item * 2);
  }, 3);
  const results = await Promise.all([1, 2, 3, 4, 5, 6].map(double));
  expect(results).toEqual([2, 4, 6, 8, 10, 12]);
  expect(groups).toEqual([[1], [2, 3, 4], [5, 6]]);
  expect(await double(7)).toBe(14);
});

test("a call that fails fails its own group alone", async () => {
  const odd = inGroups(async (items: number[]) => {
    await turn();
    if (items.includes(2)) throw new Error("two");
    return items;
  });
  const first = Promise.allSettled([odd(1), odd(2), odd(3)]);
  expect((await first).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(await odd(4)).toBe(4);
});
