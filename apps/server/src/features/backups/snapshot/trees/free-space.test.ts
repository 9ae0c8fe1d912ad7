import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Catalogue, openCatalogue } from "../catalogue.ts";
import { type PersonRows, sha256Of, startPersonRows } from "../testing/person-rows.ts";
import { childrenFirst, type Folder, readForest } from "./folders.ts";
import { checkFreeSpace, NoRoom } from "./free-space.ts";
import { folderSource } from "./tree-source.ts";

const MARGIN = 64 * 1024 * 1024;

let rows: PersonRows;
let targetId: string;
let catalogue: Catalogue;
let folders: Map<string, Folder>;

beforeAll(async () => {
  rows = await startPersonRows();
  targetId = rows.targetId;
  const [changed, other] = [randomUUID(), randomUUID()];
  await rows.addFolder(changed, rows.person, "changed");
  await rows.addFolder(other, rows.person, "other");
  // In "changed": 1000 bytes that the repository lacks, in two files, and 20 that it has. In "other": 300 that it lacks.
  await rows.addFile(randomUUID(), changed, "a", { bytes: "new", size: 1000 });
  await rows.addFile(randomUUID(), changed, "a again", { bytes: "new", size: 1000 });
  await rows.addFile(randomUUID(), changed, "b", { bytes: "stored", size: 20 });
  await rows.addFile(randomUUID(), other, "c", { bytes: "elsewhere", size: 300 });
  await rows.db.query("insert into holdfast.segment_chunks (target_id, sha256, chunks) values ($1, $2, '')", [
    targetId,
    sha256Of("stored"),
  ]);
  catalogue = await openCatalogue(rows.db);
  const { root } = await readForest(catalogue, rows.person);
  folders = new Map(childrenFirst(root).map((folder) => [folder.name, folder]));
});

afterAll(async () => {
  await catalogue.close();
  await rows.end();
});

/** The check against a target with so many bytes free beyond the margin. */
async function check(names: string[] | "everything", free: number, from: Pick<Catalogue, "query"> = catalogue) {
  const store = { probe: async () => ({ freeBytes: free + MARGIN }) };
  const row = { id: targetId, name: "a small disk" } as Parameters<typeof checkFreeSpace>[1]["row"];
  const chosen = names === "everything" ? names : names.map((name) => folders.get(name) as Folder);
  if (chosen === "everything") return checkFreeSpace(from, { row, store }, chosen);
  const bytes = chosen.reduce((sum, folder) => sum + folder.bytes, 0);
  const contents = folderSource(catalogue, targetId, folders.get("") as Folder).contents(chosen);
  await checkFreeSpace(from, { row, store }, { bytes, contents });
}

test("counts what the repository lacks of the folders that are looked into, each piece once", async () => {
  await check(["", "changed"], 1000);
  await expect(check(["", "changed"], 999)).rejects.toThrow(NoRoom);
  await check(["other"], 300);
  await expect(check(["other"], 299)).rejects.toThrow(/"a small disk" has 68 MB free/);
  await check([], 0);
});

test("counts all that the repository lacks for the whole instance", async () => {
  await check("everything", 1300);
  await expect(check("everything", 1299)).rejects.toThrow(NoRoom);
});

test("asks the catalogue nothing where all that is in the folders finds room", async () => {
  const asked: unknown[] = [];
  const watched: Pick<Catalogue, "query"> = {
    query: (text, values) => {
      asked.push(values?.[1]);
      return catalogue.query(text, values);
    },
  };
  await check(["", "changed"], 2020, watched);
  expect(asked).toEqual([]);
  // Less than that, it asks about these folders alone: what it costs follows what changed.
  await check(["", "changed"], 2019, watched);
  expect(asked).toEqual([[rows.person, folders.get("changed")?.id]]);
});
