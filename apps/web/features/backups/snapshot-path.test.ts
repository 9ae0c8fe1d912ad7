import { expect, it } from "vitest";
import { personOf, snapshotPath } from "./snapshot-path.ts";

it("addresses a folder of a backup, whatever its name", () => {
  expect(snapshotPath("b1")).toBe("/backups/b1");
  const address = snapshotPath("b1", "a & b/100% #1/ünï?");
  expect(new URL(address, "http://localhost").searchParams.get("path")).toBe("a & b/100% #1/ünï?");
});

it.each([
  [["files/ann@example.org"], "ann@example.org"],
  [["files/ann@example.org/a", "files/ann@example.org/b/c"], "ann@example.org"],
  [["files/ann@example.org/a", "files/bob@example.org/a"], null],
  [["files"], null],
  [["catalog/users.ndjson"], null],
  [["catalog/ann@example.org"], null],
  [[], null],
])("tells whose files %j of an instance backup are", (paths, person) => {
  expect(personOf(paths)).toBe(person);
});
