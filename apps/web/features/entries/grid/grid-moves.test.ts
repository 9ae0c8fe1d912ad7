import { describe, expect, it } from "vitest";
import { moveBy } from "./grid-moves.ts";

describe("in a list", () => {
  const list = { count: 10, columns: 1, pageRows: 4 };
  it.each([
    ["ArrowDown", 3, 4],
    ["ArrowDown", 9, 9],
    ["ArrowUp", 3, 2],
    ["ArrowUp", 0, 0],
    ["PageDown", 3, 7],
    ["PageDown", 8, 9],
    ["PageUp", 8, 4],
    ["PageUp", 2, 0],
    ["Home", 5, 0],
    ["End", 5, 9],
  ])("%s on entry %d leads to %d", (key, from, to) => expect(moveBy(key, from, list)).toBe(to));

  it("begins at the top where the keys are on nothing yet", () => {
    expect(moveBy("ArrowDown", -1, list)).toBe(0);
    expect(moveBy("ArrowUp", -1, list)).toBe(0);
    expect(moveBy("PageUp", -1, list)).toBe(0);
  });

  it("leaves the sideways arrows and all other keys alone", () => {
    for (const key of ["ArrowLeft", "ArrowRight", "Enter", "a"]) expect(moveBy(key, 3, list)).toBeNull();
  });
});

describe("among tiles", () => {
  // Three rows, the last of them with two tiles.
  const tiles = { count: 10, columns: 4, pageRows: 2 };
  it.each([
    ["ArrowRight", 3, 4],
    ["ArrowRight", 9, 9],
    ["ArrowLeft", 4, 3],
    ["ArrowLeft", 0, 0],
    ["ArrowDown", 1, 5],
    ["ArrowDown", 5, 9],
    ["ArrowDown", 6, 6],
    ["ArrowUp", 9, 5],
    ["ArrowUp", 2, 2],
    ["PageDown", 0, 8],
    ["PageUp", 9, 1],
  ])("%s on tile %d leads to %d", (key, from, to) => expect(moveBy(key, from, tiles)).toBe(to));
});

it("stays at the beginning of an empty list", () => {
  for (const key of ["ArrowDown", "PageDown", "End"])
    expect(moveBy(key, -1, { count: 0, columns: 1, pageRows: 4 })).toBe(0);
});
