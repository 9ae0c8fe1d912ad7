import { createHash, randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createPool } from "../../../platform/database/pool.ts";
import { type Catalogue, openCatalogue } from "./catalogue.ts";
import { childrenFirst, type Folder, readForest } from "./folders.ts";
import { checkFreeSpace, NoRoom } from "./free-space.ts";
import { folderSource } from "./tree-source.ts";

const MARGIN = 64 * 1024 * 1024;
const person = randomUUID();

let database: TestDatabase;
let pool: pg.Pool;
let targetId: string;
let catalogue: Catalogue;
let folders: Map<string, Folder>;

beforeAll(async () => {
  database = await createMigratedDatabase();
  pool = createPool(database.url, { max: 3, name: "test", onError: () => {} });
  const { rows } = await pool.query<{ id: string }>("select id from holdfast.backup_targets");
  targetId = rows[0]?.id as string;
  await pool.query("insert into holdfast.users (id, email) values ($1, 'a@example.org')", [person]);
  const [changed, other] = [randomUUID(), randomUUID()];
  await addRow(person, null, "", null);
  await addRow(changed, person, "changed", null);
  await addRow(other, person, "other", null);
  // In "changed": 1000 bytes that the repository lacks, in two files, and 20 that it has. In "other": 300 that it lacks.
  await addRow(randomUUID(), changed, "a", ["new", 1000]);
  await addRow(randomUUID(), changed, "a again", ["new", 1000]);
  await addRow(randomUUID(), changed, "b", ["stored", 20]);
  await addRow(randomUUID(), other, "c", ["elsewhere", 300]);
  await pool.query("insert into holdfast.segment_chunks (target_id, sha256, chunks) values ($1, $2, '')", [
    targetId,
    hashOf("stored"),
  ]);
  catalogue = await openCatalogue(pool);
  const { root } = await readForest(catalogue, person);
  folders = new Map(childrenFirst(root).map((folder) => [folder.name, folder]));
});

afterAll(async () => {
  await catalogue.close();
  await pool.end();
  await database.drop();
});

function hashOf(bytes: string): Buffer {
  return createHash("sha256").update(bytes).digest();
}

async function addRow(id: string, parent: string | null, name: string, file: [string, number] | null): Promise<void> {
  const values = [id, person, parent, name];
  if (file === null) {
    const insert = `insert into holdfast.files (id, user_id, parent_id, name, kind) values ($1, $2, $3, $4, 'folder') on conflict (id) do nothing`;
    await pool.query(insert, values);
    return;
  }
  const [bytes, size] = file;
  const content = randomUUID();
  await pool.query("insert into holdfast.segments (sha256, size) values ($1, $2) on conflict do nothing", [
    hashOf(bytes),
    size,
  ]);
  await pool.query("insert into holdfast.contents (id, size) values ($1, $2)", [content, size]);
  await pool.query(
    "insert into holdfast.content_segments (content_id, start_at, size, sha256) values ($1, 0, $2, $3)",
    [content, size, hashOf(bytes)],
  );
  await pool.query(
    `insert into holdfast.files (id, user_id, parent_id, name, kind, file_size, content_id, version_id)
     values ($1, $2, $3, $4, 'file', $5, $6, $1)`,
    [...values, size, content],
  );
}

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
  expect(asked).toEqual([[person, folders.get("changed")?.id]]);
});
