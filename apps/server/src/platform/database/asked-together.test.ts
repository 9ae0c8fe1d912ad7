import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { askedTogether } from "./asked-together.ts";

test("everybody gets the row that answers them, whatever the order of rows, and nothing where there is none", async () => {
  const groups: number[][] = [];
  const half = askedTogether(async (questions: number[]) => {
    groups.push(questions);
    await turn();
    const rows = questions.map((question, i) => ({ nth: i + 1, half: question / 2 }));
    return rows.filter((row) => Number.isInteger(row.half)).reverse();
  });
  const answers = await Promise.all([2, 3, 4, 5, 6, 6].map(half));
  expect(answers.map((row) => row?.half)).toEqual([1, undefined, 2, undefined, 3, 3]);
  expect(groups).toEqual([[2], [3, 4, 5, 6, 6]]);
});
