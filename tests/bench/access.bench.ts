import type pg from "pg";
import { accessFiles } from "../../apps/server/src/features/access/index.ts";
import { listFiles } from "../../apps/server/src/features/files/listing/list-files.ts";
import { searchFiles } from "../../apps/server/src/features/files/search/search-files.ts";
import { createDatabase, type Database } from "../../apps/server/src/platform/database/database.ts";
import { one, withFiles } from "./search/fill-files.ts";
import { measureGranted } from "./search/granted.ts";
import { plansOf, recordStatements } from "./search/plans.ts";

/**
 * What is asked most, in one space of a million files (HOLDFAST_BENCH_FILES) in a real PostgreSQL: how long it takes, and by which indexes
 * PostgreSQL means to find it. Then what grants cost. Fails where a table would be read as a whole, or grants cost more than they should.
 */
export async function run(): Promise<void> {
  const total = Number(process.env.HOLDFAST_BENCH_FILES ?? 1_000_000);
  await withFiles(total, total, measure);
}

async function measure(pool: pg.Pool): Promise<void> {
  const { db, statements } = recordStatements(createDatabase(pool));
  const wholeReads: string[] = [];
  for (const [what, ask] of await questions(pool, db)) {
    const times: number[] = [];
    for (let round = 0; round < 60; round++) {
      const begin = performance.now();
      await ask();
      times.push(performance.now() - begin);
    }
    const plans = await plansOf(pool, statements.splice(0));
    wholeReads.push(...plans.wholeReads.map((table) => `${what}: ${table}`));
    const sorted = times.sort((a, b) => a - b);
    const [median, p99] = [0.5, 0.99].map((share) => sorted[Math.floor(sorted.length * share)]?.toFixed(1).padStart(8));
    console.log(`${what.padEnd(40)}${median} ms${p99} ms (p99)  ${plans.indexes.join(", ")}`);
  }
  const missed = await measureGranted(pool);
  if (missed.length > 0) throw new Error(`slower than it should be: ${missed.join("; ")}`);
  if (wholeReads.length > 0) throw new Error(`read as a whole: ${wholeReads.join("; ")}`);
  console.log("No plan reads a table of files as a whole.");
}

async function questions(pool: pg.Pool, db: Database): Promise<[what: string, ask: () => Promise<unknown>][]> {
  const large = await folderNamed(pool, "Everything");
  const ids = await someFiles(pool, 100);
  const list = { order: "asc", limit: 100 } as const;
  const first = await listFiles({ db } as never, one, { ...list, sort: "name", parentId: large });
  const cursor = first.nextCursor as string;
  const listed = (more: object) => () =>
    listFiles({ db } as never, one, { ...list, sort: "name", parentId: large, ...more });
  const search = (q: string) => () => searchFiles({ db }, one, { q, limit: 50 });
  return [
    ["the root of the space", () => listFiles({ db } as never, one, { ...list, sort: "name" })],
    ["a folder of half a million, by name", listed({})],
    ["the same, its next page", listed({ cursor })],
    ["the same, by size, largest first", listed({ sort: "size", order: "desc" })],
    ["the same, by time", listed({ sort: "modified" })],
    ["the role on one file", () => accessFiles(db, one, ids.slice(0, 1), "see")],
    ["the role on 100 files", () => accessFiles(db, one, ids, "see")],
    ["search: in every second name", search("img")],
    ["search: a rare word", search("zanzibar")],
    ["search: common and rare", search("img zanzibar")],
    ["search: a folder and a common word", search("lofoten img")],
    ["search: nothing", search("xyzzyx")],
  ];
}

async function folderNamed(pool: pg.Pool, name: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>("select id from holdfast.files where name = $1", [name]);
  return rows[0]?.id as string;
}

/** From all over the space. */
async function someFiles(pool: pg.Pool, count: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    "select id from holdfast.files where kind = 'file' order by md5(id::text) limit $1",
    [count],
  );
  return rows.map(({ id }) => id);
}
