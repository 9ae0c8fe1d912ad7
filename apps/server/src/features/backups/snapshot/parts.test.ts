import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Catalogue, openCatalogue } from "./catalogue.ts";
import { type PersonRows, startPersonRows } from "./testing/person-rows.ts";
import { childrenFirst, type Folder, readForest, totalOf } from "./trees/folders.ts";
import { checkFreeSpace, NoRoom } from "./trees/free-space.ts";
import { trashSource } from "./trees/trash-tree.ts";
import type { TreeSource } from "./trees/tree-source.ts";
import { versionsSource } from "./trees/versions-tree.ts";
import { type Reading, type SnapshotWriter, writeTrees } from "./trees/write-trees.ts";

const MARGIN = 64 * 1024 * 1024;
const [docs, empty, old] = [randomUUID(), randomUUID(), randomUUID()];
const report = randomUUID();
const long = `${"ä".repeat(125)}.txt`;
/** Bytes of every file. */
const size = 100;

let rows: PersonRows;
let person: string;
let targetId: string;

beforeAll(async () => {
  rows = await startPersonRows();
  ({ person, targetId } = rows);
  const { addFolder, addFile } = rows;
  await addFolder(docs, person, "docs");
  await addFolder(empty, person, "empty");
  await addFolder(old, person, "same name", minute(4));
  await addFile(report, docs, "report.pdf", { bytes: "current", size });
  await addFile(randomUUID(), empty, "never changed", { bytes: "unchanged", size });
  for (const [id, at] of [
    ["1", "2026-01-02T03:04:05.678001Z"],
    ["2", "2026-01-02T03:04:05.678999Z"],
    ["3", "2026-01-02T03:04:06Z"],
  ] as const) {
    await addVersion(id, report, at);
  }
  await addFile(randomUUID(), old, "inside", { bytes: "inside", size });
  for (const [i, name] of ["same name", "same name", "same name (2)", long, long].entries()) {
    await addFile(randomUUID(), person, name, { bytes: `trashed ${i}`, size, trashedAt: minute(i) });
  }
});

afterAll(() => rows.end());

const minute = (n: number): Date => new Date(Date.UTC(2026, 0, 1, 0, n));

async function addVersion(id: string, file: string, at: string): Promise<void> {
  await rows.db.query(
    `insert into holdfast.file_versions (id, file_id, content_id, file_size, last_modified, created_at)
     values ($1, $2, $3, 100, '2025-01-01', $4)`,
    [`00000000-0000-7000-8000-00000000000${id}`, file, await rows.addContent(`version ${id}`, size), at],
  );
}

interface Parts {
  catalogue: Catalogue;
  versions: TreeSource;
  trash: TreeSource;
}

async function withParts<T>(work: (parts: Parts) => Promise<T>): Promise<T> {
  const catalogue = await openCatalogue(rows.db);
  try {
    const forest = await readForest(catalogue, person);
    const versions = await versionsSource(catalogue, targetId, person, forest.root);
    return await work({ catalogue, versions, trash: await trashSource(catalogue, targetId, person, forest) });
  } finally {
    await catalogue.close();
  }
}

/** Paths of the files of a source, each with the number of its segments. */
async function pathsOf(source: TreeSource): Promise<string[]> {
  const folders = childrenFirst(source.root);
  const pathOf = (folder: Folder): string => {
    const parent = folders.find(({ children }) => children.includes(folder));
    return parent ? `${pathOf(parent)}${folder.name}/` : "";
  };
  const paths: string[] = [];
  for await (const { ord, within, name, sha256s } of source.rows(folders)) {
    paths.push(`${pathOf(folders[ord - 1] as Folder)}${within ? `${within.name}/` : ""}${name} ${sha256s?.length}`);
  }
  return paths.sort();
}

test("former versions lie below their file, by the instant, and by a number within one millisecond", async () => {
  await withParts(async ({ versions }) => {
    expect(await pathsOf(versions)).toEqual([
      "docs/report.pdf/2026-01-02T03-04-05.678Z (2).pdf 1",
      "docs/report.pdf/2026-01-02T03-04-05.678Z.pdf 1",
      "docs/report.pdf/2026-01-02T03-04-06.000Z.pdf 1",
    ]);
    expect(totalOf(versions.root)).toEqual({ files: 3, bytes: 300 });
    // What has no versions has no folder.
    expect(versions.root.children.map(({ name }) => name)).toEqual(["docs"]);
  });
});

test("the trash has every name once, none longer than 255 bytes", async () => {
  await withParts(async ({ trash }) => {
    const paths = await pathsOf(trash);
    expect(paths).toEqual(
      [
        "same name/inside 1",
        // The folder has the name already.
        "same name (2) 1",
        "same name (3) 1",
        "same name (4) 1",
        `${long} 1`,
        `${"ä".repeat(123)} (2).txt 1`,
      ].sort(),
    );
    for (const path of paths) expect(Buffer.byteLength(path.replace(/ 1$/, ""))).toBeLessThanOrEqual(255);
    expect(totalOf(trash.root)).toEqual({ files: 6, bytes: 600 });
  });
});

test("the same rows have the same digests, other rows others, and neither those of the files", async () => {
  const digests = () =>
    withParts(async ({ versions, trash }) => [versions.root.digest.toString("hex"), trash.root.digest.toString("hex")]);
  const [versions, trash] = await digests();
  expect(await digests()).toEqual([versions, trash]);
  const change = async (sql: string, back: string) => {
    await rows.db.query(sql);
    const changed = await digests();
    await rows.db.query(back);
    expect(await digests()).toEqual([versions, trash]);
    return [changed[0] !== versions, changed[1] !== trash];
  };
  const rename = (name: string, was: string) => `update holdfast.files set name = '${name}' where name = '${was}'`;
  expect(await change(rename("other.pdf", "report.pdf"), rename("report.pdf", "other.pdf"))).toEqual([true, false]);
  expect(await change(rename("others", "inside"), rename("inside", "others"))).toEqual([false, true]);
  const touch = (year: number) => `update holdfast.file_versions set last_modified = '${year}-01-01'`;
  expect(await change(touch(2024), touch(2025))).toEqual([true, false]);
});

test("the room that is asked for counts versions and trash as well, each piece once", async () => {
  await withParts(async ({ catalogue, versions, trash }) => {
    const row = { id: targetId, name: "a small disk" } as Parameters<typeof checkFreeSpace>[1]["row"];
    const check = (free: number) => {
      const store = { probe: async () => ({ freeBytes: free + MARGIN }) };
      const contents = [versions, trash, versions].flatMap((part) => part.contents(childrenFirst(part.root)));
      return checkFreeSpace(catalogue, { row, store }, { bytes: 1_000_000, contents });
    };
    await check(900);
    await expect(check(899)).rejects.toThrow(NoRoom);
  });
});

test("all that is going to be looked at is known before any of it is", async () => {
  const asked: Reading[] = [];
  const refusing = {
    trees: { load: async () => {}, find: () => null },
    beforeReading: async (reading: Reading) => {
      asked.push(reading);
      throw new NoRoom("There is none.");
    },
  } as unknown as SnapshotWriter;
  await withParts(async ({ versions, trash }) => {
    await expect(writeTrees(refusing, [trash, versions])).rejects.toThrow(NoRoom);
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.bytes).toBe(900);
  expect(asked[0]?.contents).toHaveLength(3);
});
