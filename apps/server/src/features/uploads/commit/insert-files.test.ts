import { createHash, randomUUID } from "node:crypto";
import type pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase } from "../../../platform/database/database.ts";
import { createPool } from "../../../platform/database/pool.ts";
import { insertNewFiles } from "./insert-files.queries.ts";
import { createInsertFile, type FileToInsert } from "./insert-files.ts";

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let pool: pg.Pool;
const owner = randomUUID();
const bounded = randomUUID();
const limits = { maxEntries: 5_000_000, log: pino({ level: "silent" }) };
const sha256 = createHash("sha256").update("bytes").digest();

beforeAll(async () => {
  database = await createMigratedDatabase();
  pool = createPool(database.url, { max: 4, name: "test", onError: () => {} });
  for (const [id, quota] of [
    [owner, null],
    [bounded, 1000],
  ]) {
    await pool.query("insert into holdfast.users (id, email) values ($1, $2)", [id, `${id}@x.org`]);
    await pool.query("update holdfast.spaces set quota_bytes = $2 where id = $1", [id, quota]);
  }
  await pool.query("insert into holdfast.segments (sha256, size) values ($1, 5)", [sha256]);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const wanted = (name: string, more: Partial<FileToInsert> = {}): FileToInsert => ({
  ...{
    parentId: owner,
    userId: owner,
    contentId: randomUUID(),
    size: 5,
    sha256,
    crc32: 7,
    noise: null,
    entryId: randomUUID(),
  },
  ...{ actorId: null, fileId: randomUUID(), ip: null, requestId: null, name, fileType: "text/plain" },
  ...{ versionId: randomUUID(), lastModified: new Date(0), via: "session", ...more },
});

/** What the catalogue has of these: files, contents, segments of contents, entries of the audit. */
async function rowsOf(files: FileToInsert[]): Promise<number[]> {
  const count = async (table: string, column: string, ids: string[]) =>
    (await pool.query<{ n: number }>(`select count(*) as n from holdfast.${table} where ${column} = any($1)`, [ids]))
      .rows[0]?.n;
  return Promise.all([
    count(
      "files",
      "id",
      files.map((file) => file.fileId),
    ),
    count(
      "contents",
      "id",
      files.map((file) => file.contentId),
    ),
    count(
      "content_segments",
      "content_id",
      files.map((file) => file.contentId),
    ),
    count(
      "audit_log",
      "id",
      files.map((file) => file.entryId),
    ),
  ]) as Promise<number[]>;
}

const used = async () =>
  (await pool.query<{ used: number }>("select holdfast.used_bytes($1) as used", [owner])).rows[0]?.used;

test("nothing is visible before the bytes are durable, and everything after", async () => {
  const insertFile = createInsertFile(createDatabase(pool), limits);
  const file = wanted("waits");
  const stored = Promise.withResolvers<void>();
  let done = false;
  const inserting = insertFile(file, stored.promise).then((inserted) => {
    done = true;
    return inserted;
  });
  // Until its statement has run, and waits for its commit.
  const waits = "select 1 from pg_stat_activity where application_name = 'test' and state = 'idle in transaction'";
  await expect.poll(async () => (await pool.query(waits)).rowCount).toBe(1);
  expect([done, await rowsOf([file])]).toEqual([false, [0, 0, 0, 0]]);
  stored.resolve();
  expect(await inserting).toEqual({ uploadedAt: expect.any(Date), spaceId: owner });
  expect(await rowsOf([file])).toEqual([1, 1, 1, 1]);
});

test("bytes that do not become durable leave nothing, alone or among many", async () => {
  const insertFile = createInsertFile(createDatabase(pool), limits);
  const before = await used();
  const files = Array.from({ length: 12 }, (_, i) => wanted(`lost ${i}`));
  const lost = files.map((file) => insertFile(file, Promise.reject(new Error("the disk is full"))));
  for (const result of await Promise.allSettled(lost))
    expect(result).toMatchObject({ status: "rejected", reason: { message: "the disk is full" } });
  expect(await rowsOf(files)).toEqual([0, 0, 0, 0]);
  expect(await used()).toBe(before);
  expect(pool.idleCount).toBe(pool.totalCount);
});

test("many at once: each is stored or refused by itself", async () => {
  const insertFile = createInsertFile(createDatabase(pool), limits);
  const before = (await used()) as number;
  await insertFile(wanted("taken"), Promise.resolve());
  const free = Array.from({ length: 20 }, (_, i) => wanted(`free ${i}`));
  const empty = wanted("empty", { size: 0, sha256: createHash("sha256").digest() });
  const taken = wanted("taken");
  const full = wanted("full", { parentId: bounded, userId: bounded });
  const nowhere = wanted("nowhere", { parentId: randomUUID() });
  const foreign = wanted("foreign", { userId: bounded });
  const all = [...free.slice(0, 10), taken, full, empty, nowhere, foreign, ...free.slice(10)];
  const results = await Promise.allSettled(all.map((file) => insertFile(file, Promise.resolve())));
  const outcome = new Map(all.map((file, i) => [file.name, results[i]]));
  for (const file of [...free, empty])
    expect(outcome.get(file.name)).toMatchObject({ value: { uploadedAt: expect.any(Date), spaceId: owner } });
  expect(outcome.get("taken")).toEqual({ status: "fulfilled", value: "name taken" });
  for (const file of [full, nowhere, foreign])
    expect(outcome.get(file.name)).toEqual({ status: "fulfilled", value: "not this way" });
  expect(await rowsOf(free)).toEqual([20, 20, 20, 20]);
  expect(await rowsOf([empty])).toEqual([1, 1, 0, 1]);
  expect(await rowsOf([taken, full, nowhere, foreign])).toEqual([0, 0, 0, 0]);
  expect(await used()).toBe(before + 21 * 5);
});

/** As `pool`, with a list of how many files each statement that inserts them had. */
function counting(): { pool: pg.Pool; groups: number[] } {
  const groups: number[] = [];
  const query = (...args: Parameters<pg.Pool["query"]>) => {
    const { text, values } = args[0] as unknown as { text?: string; values?: unknown[][] };
    if (text === insertNewFiles.text) groups.push(values?.[0]?.length ?? 0);
    return pool.query(...args);
  };
  return { pool: Object.assign(Object.create(pool), { query }) as pg.Pool, groups };
}

test("a refused file leaves its group, and the others are not sent again", async () => {
  const { pool: counted, groups } = counting();
  const insertFile = createInsertFile(createDatabase(counted), limits);
  await insertFile(wanted("in the way"), Promise.resolve());
  const all = Array.from({ length: 30 }, (_, i) => wanted(i % 5 === 0 ? "in the way" : `in order ${i}`));
  // Two that want the same free name meet in one statement.
  all.push(wanted("twins"), wanted("twins"));
  const results = await Promise.all(all.map((file) => insertFile(file, Promise.resolve())));
  const stored = all.filter((_, i) => typeof results[i] === "object");
  expect(results.filter((result) => result === "name taken")).toHaveLength(6 + 1);
  expect(stored).toHaveLength(25);
  expect(await rowsOf(stored)).toEqual([25, 25, 25, 25]);
  expect(await rowsOf(all)).toEqual([25, 25, 25, 25]);
  // Two have gone ahead of all groups; nobody is in more than one.
  expect(groups.reduce((sum, size) => sum + size, 0)).toBe(30);
  expect(groups.length).toBeLessThan(5);
});

test("a name that somebody is replacing keeps no group waiting", async () => {
  const insertFile = createInsertFile(createDatabase(pool), limits);
  await insertFile(wanted("being replaced"), Promise.resolve());
  const replacing = await pool.connect();
  await replacing.query("begin");
  await replacing.query("update holdfast.files set revision = 2 where name = 'being replaced'");
  const all = Array.from({ length: 10 }, (_, i) => wanted(i === 5 ? "being replaced" : `meanwhile ${i}`));
  let answered = 0;
  const inserting = all.map(async (file) => {
    const inserted = await insertFile(file, Promise.resolve());
    answered++;
    return typeof inserted;
  });
  try {
    await expect.poll(() => answered).toBe(10);
  } finally {
    await replacing.query("rollback");
    replacing.release();
  }
  expect(await Promise.all(inserting)).toEqual(all.map((_, i) => (i === 5 ? "string" : "object")));
});

test("groups of two servers that want the same names never wait for each other in a circle", async () => {
  const { pool: counted, groups } = counting();
  const servers = [
    createInsertFile(createDatabase(counted), limits),
    createInsertFile(createDatabase(counted), limits),
  ];
  for (let round = 0; round < 10; round++) {
    const names = Array.from({ length: 40 }, (_, i) => `contested ${round} ${i}`);
    const results = await Promise.all(
      servers.flatMap((insertFile, i) =>
        (i === 0 ? names : names.toReversed()).map((name) => insertFile(wanted(name), Promise.resolve())),
      ),
    );
    expect(results.filter((result) => typeof result === "object")).toHaveLength(40);
    expect(results.filter((result) => result === "name taken")).toHaveLength(40);
    // PostgreSQL ends such a circle by failing a whole group, which is then sent again.
    expect(groups.splice(0).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(80);
  }
});
