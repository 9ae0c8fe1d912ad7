import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCatalogue } from "../catalogue.ts";
import { type PersonRows, startPersonRows } from "../testing/person-rows.ts";
import { type Folder, readForest, totalOf } from "./folders.ts";

const [top, inner, other] = [randomUUID(), randomUUID(), randomUUID()];
const files = { a: randomUUID(), b: randomUUID(), deep: randomUUID() };

let rows: PersonRows;

beforeAll(async () => {
  rows = await startPersonRows();
  await rows.addFolder(top, rows.person, "top");
  await rows.addFolder(inner, top, "inner");
  await rows.addFolder(other, rows.person, "other");
  await rows.addFile(files.a, top, "a", { bytes: "a", size: 1 });
  await rows.addFile(files.b, top, "b", { bytes: "b", size: 20 });
  await rows.addFile(files.deep, inner, "deep", { bytes: "deep", size: 300 });
});

afterAll(() => rows.end());

async function read(): Promise<Folder> {
  const catalogue = await openCatalogue(rows.db);
  try {
    return (await readForest(catalogue, rows.person)).root;
  } finally {
    await catalogue.close();
  }
}

function below(root: Folder, ...names: string[]): Folder | undefined {
  return names.reduce<Folder | undefined>((at, name) => at?.children.find((child) => child.name === name), root);
}

test("counts what is live below each folder, and has the same digests for the same rows", async () => {
  const [first, second] = [await read(), await read()];
  expect(totalOf(first)).toEqual({ files: 3, bytes: 321 });
  expect(below(first, "top")).toMatchObject({ files: 2, bytes: 21 });
  expect(below(first, "other")).toMatchObject({ files: 0, bytes: 0 });
  expect(second.digest.equals(first.digest)).toBe(true);
});

const set = "update holdfast.files set";

test.each([
  ["a file's name", `${set} name = 'c' where id = $1`, files.deep],
  ["a file's time", `${set} last_modified = last_modified + interval '1 microsecond' where id = $1`, files.deep],
  [
    "a file's content",
    `${set} content_id = (select content_id from holdfast.files where name = 'a') where id = $1`,
    files.deep,
  ],
  [
    "a file that went up",
    `${set} parent_id = (select parent_id from holdfast.files where id = '${inner}') where id = $1`,
    files.deep,
  ],
  ["a file in the trash", `${set} trashed_at = now() where id = $1`, files.deep],
  ["a folder's name", `${set} name = 'renamed' where id = $1`, inner],
  ["a folder in the trash", `${set} trashed_at = now() where id = $1`, inner],
])("another digest for %s, in every folder above it and in no other", async (_what, change, id) => {
  const before = await read();
  await rows.db.query(change, [id]);
  const after = await read();
  for (const names of [[], ["top"]]) {
    expect(below(after, ...names)?.digest.equals(below(before, ...names)?.digest as Buffer)).toBe(false);
  }
  expect(below(after, "other")?.digest.equals(below(before, "other")?.digest as Buffer)).toBe(true);
});

test("two files that change their contents with each other change the digest", async () => {
  const before = await read();
  await rows.db.query(
    `update holdfast.files f set content_id = g.content_id from holdfast.files g
     where f.id in ($1, $2) and g.id in ($1, $2) and f.id <> g.id`,
    [files.a, files.b],
  );
  const after = await read();
  expect(below(after, "top")).toMatchObject({ files: 2, bytes: 21 });
  expect(after.digest.equals(before.digest)).toBe(false);
});
