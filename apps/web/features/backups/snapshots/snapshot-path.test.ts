import { expect, it } from "vitest";
import { partOf, personOf, snapshotPath } from "./snapshot-path.ts";

it("addresses a folder of a backup, whatever its name", () => {
  expect(snapshotPath("b1")).toBe("/backups/b1");
  const address = snapshotPath("b1", "a & b/100% #1/ünï?");
  expect(new URL(address, "http://localhost").searchParams.get("path")).toBe("a & b/100% #1/ünï?");
});

it("addresses the parts of a backup, and reads them back", () => {
  expect(snapshotPath("b1", "", "trash")).toBe("/backups/b1?part=trash");
  const { searchParams } = new URL(snapshotPath("b1", "a & b/c", "versions"), "http://localhost");
  expect([partOf(searchParams.get("part")), searchParams.get("path")]).toEqual(["versions", "a & b/c"]);
  expect([partOf(null), partOf("files"), partOf("segments")]).toEqual(["files", "files", "files"]);
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
