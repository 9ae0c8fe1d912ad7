import { expect, it } from "vitest";
import { findByBeginning } from "./type-ahead.ts";

const entries = ["Archive", "alpha.txt", "beta.txt", "gamma 1.txt", "Gamma 2.txt"].map((name) => ({ name }));

it("finds the next name that begins so, whatever its capitals", () => {
  expect(findByBeginning(entries, 0, "a")).toBe(0);
  expect(findByBeginning(entries, 1, "a")).toBe(1);
  expect(findByBeginning(entries, 0, "gamma 2")).toBe(4);
});

it("goes round once", () => {
  expect(findByBeginning(entries, 3, "be")).toBe(2);
  expect(findByBeginning(entries, 5, "a")).toBe(0);
});

it("finds nothing where no name begins so, only goes on so", () => {
  expect(findByBeginning(entries, 0, "txt")).toBe(-1);
  expect(findByBeginning([], 0, "a")).toBe(-1);
});
