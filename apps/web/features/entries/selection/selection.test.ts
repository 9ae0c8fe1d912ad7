import { expect, test } from "vitest";
import { isSelected, nothing, selectAll, selectedOf, selectOnly, selectRange, toggle } from "./selection.ts";

const read = ["a", "b", "c"];
const all = [...read, "d", "e"];
const keyOf = (entry: string) => entry;

test("of everything, one that is left out leaves what has not been read selected", () => {
  const state = toggle(selectAll(nothing, read[0]), "b");
  expect(selectedOf(state, read, keyOf)).toEqual(["a", "c"]);
  expect(selectedOf(state, all, keyOf)).toEqual(["a", "c", "d", "e"]);
  expect(isSelected(state, "e")).toBe(true);
  expect(selectedOf(toggle(state, "b"), all, keyOf)).toEqual(all);
});

test("one by one, and all of them again by themselves", () => {
  const state = toggle(toggle(selectOnly("a"), "c"), "a");
  expect(selectedOf(state, all, keyOf)).toEqual(["c"]);
  expect(selectedOf(nothing, all, keyOf)).toEqual([]);
});

test("a range goes from where the last one began, up or down, and replaces what was selected", () => {
  const down = selectRange(selectOnly("b"), all, "d");
  expect(selectedOf(down, all, keyOf)).toEqual(["b", "c", "d"]);
  expect(selectedOf(selectRange(down, all, "a"), all, keyOf)).toEqual(["a", "b"]);
  expect(selectedOf(selectRange(selectAll(nothing, "a"), all, "b"), all, keyOf)).toEqual(["b"]);
});

test("the keys stand where they stood, or on the first", () => {
  expect(selectAll(nothing, "a").active).toBe("a");
  expect(selectAll(selectOnly("c"), "a").active).toBe("c");
});
