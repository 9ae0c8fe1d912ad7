import { expect, test } from "vitest";
import { describeCycle, findFolderCycles } from "./folder-cycles.ts";

const parent = "packages/some/src";
const imports = (...pairs: [from: string, to: string][]) =>
  pairs.map(([from, to]) => ({ from: `${parent}/${from}`, to: `${parent}/${to}` }));

test("folders in layers are no circle, however many imports there are, and files beside them count for nothing", () => {
  const layers = imports(
    ["b/one.ts", "a/one.ts"],
    ["c/one.ts", "a/two.ts"],
    ["c/one.ts", "b/one.ts"],
    ["c/one.ts", "c/two.ts"],
    ["c/two.ts", "c/one.ts"],
    ["index.ts", "c/one.ts"],
    ["a/one.ts", "deps.ts"],
    ["deps.ts", "c/one.ts"],
  );
  expect(findFolderCycles(parent, layers)).toEqual([]);
  expect(findFolderCycles("packages/other/src", layers)).toEqual([]);
});

test("a circle is named with the imports that make it, each group once", () => {
  const circles = findFolderCycles(
    parent,
    imports(
      ["a/one.ts", "b/one.ts"],
      ["b/two.ts", "c/deep/one.ts"],
      ["c/deep/one.ts", "a/two.ts"],
      ["x/one.ts", "y/one.ts"],
      ["y/one.ts", "x/one.ts"],
      ["y/one.ts", "a/one.ts"],
    ),
  );
  expect(circles.map(describeCycle)).toEqual([
    `${parent}: folders import each other in a circle: x -> y -> x (x/one.ts imports y/one.ts; y/one.ts imports x/one.ts)`,
    `${parent}: folders import each other in a circle: a -> b -> c -> a (a/one.ts imports b/one.ts; b/two.ts imports c/deep/one.ts; c/deep/one.ts imports a/two.ts)`,
  ]);
});
