import { expect, test } from "vitest";
import { afterWork } from "./give-back-memory.ts";

test("memory is given back once, when a process has become idle after work", () => {
  const isDue = afterWork();
  const looks = [0.01, 0, 0.1, 0.01, 0.9, 0.5, 0.1, 0.03, 0.01, 0, 0.01, 0.3, 0];
  const due = looks.map((share) => isDue(share));
  expect(due.flatMap((is, i) => (is ? [i] : []))).toEqual([8, 12]);
});
