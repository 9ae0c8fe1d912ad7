import type { File } from "@holdfast/contract";
import { describe, expect, it } from "vitest";
import { Unconfirmed, withPlaces } from "./unconfirmed.ts";

const entry = (id: string, name = id) => ({ id, name }) as File;
const renamed = (name: string) => (file: File) => ({ ...file, name });

/** A read that is answered when the test says so. */
function slowRead(unconfirmed: Unconfirmed, ...items: File[]) {
  const answer = Promise.withResolvers<{ items: File[] }>();
  const read = unconfirmed.over(null, () => answer.promise);
  return async () => {
    answer.resolve({ items });
    return (await read).items.map((file) => file.name);
  };
}

describe("what the server has not confirmed yet", () => {
  it("stays on top of a folder that is read meanwhile", async () => {
    const unconfirmed = new Unconfirmed();
    const earlier = slowRead(unconfirmed, entry("a"), entry("b"));
    const change = unconfirmed.begin(["a"], renamed("new"));
    const meanwhile = slowRead(unconfirmed, entry("a"), entry("b"));
    expect(await earlier()).toEqual(["new", "b"]);
    unconfirmed.confirmed(change);
    // Begun before the confirmation: the server may have looked before it made the change.
    expect(await meanwhile()).toEqual(["new", "b"]);
  });

  it("leaves reads alone that begin after the confirmation", async () => {
    const unconfirmed = new Unconfirmed();
    unconfirmed.confirmed(unconfirmed.begin(["a"], () => null));
    expect(await slowRead(unconfirmed, entry("a", "back again"))()).toEqual(["back again"]);
  });

  it("vanishes from every read when it was refused", async () => {
    const unconfirmed = new Unconfirmed();
    const change = unconfirmed.begin(["a"], () => null);
    const read = slowRead(unconfirmed, entry("a"));
    unconfirmed.refused(change);
    expect(await read()).toEqual(["a"]);
  });

  it("keeps the order of several changes, and knows the folder", async () => {
    const unconfirmed = new Unconfirmed();
    unconfirmed.begin(["a"], renamed("first"));
    unconfirmed.begin(["a"], renamed("second"));
    unconfirmed.begin(["b"], (file, folderId) => (folderId === null ? null : file));
    expect(await slowRead(unconfirmed, entry("a"), entry("b"), entry("c"))()).toEqual(["second", "c"]);
  });
});

describe("what did not happen", () => {
  const names = (files: readonly File[]) => files.map(({ name }) => name);

  it("is back at its place, under its name", () => {
    const left = [entry("b"), entry("d", "new name")];
    const places = [
      { file: entry("a"), index: 0 },
      { file: entry("c"), index: 2 },
      { file: entry("d"), index: 3 },
    ];
    expect(names(withPlaces(left, places))).toEqual(["a", "b", "c", "d"]);
  });

  it("is at the end where the folder has become shorter meanwhile", () => {
    expect(names(withPlaces([entry("a")], [{ file: entry("z"), index: 9 }]))).toEqual(["a", "z"]);
  });
});
