import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createFolder,
  deleteFile,
  type File,
  listFiles,
  searchFiles,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const fileCount = 2500;
const folderCount = 300;

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: TestServer;
let ann: Person;
let big: string;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person();
  big = (await ann.call(createFolder, { body: { name: "big" } })).id;
  await fill(big);
});
afterAll(() => server.close());

/** Thousands of rows as uploads would have left them; uploading each would take the test's time. */
async function fill(parentId: string): Promise<void> {
  const { pool } = server.services;
  const { rows } = await pool.query(
    "insert into holdfast.contents (id, size) values (holdfast.uuid7(), 0) returning id",
  );
  await pool.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified)
     select holdfast.uuid7(), $1, $2, (array['file ', 'File ', 'ﬁle ', 'é', 'e'||chr(769), '第', ''])[1 + n % 7] || n || '.txt', 'file', 'text/plain',
       n % 50, $3, gen_random_uuid(), timestamptz '2026-01-01' + (n % 100) * interval '1 microsecond'
     from generate_series(1, ${fileCount}) n`,
    [ann.id, parentId, rows[0].id],
  );
  await pool.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind, last_modified)
     select holdfast.uuid7(), $1, $2, 'folder ' || n, 'folder', timestamptz '2026-01-01' + (n % 7) * interval '1 day' from generate_series(1, ${folderCount}) n`,
    [ann.id, parentId],
  );
}

type Query = { sort?: "name" | "size" | "modified"; order?: "asc" | "desc"; q?: string; limit?: number };

/** Every page of a listing, calling `between` after each. */
async function walk(parentId: string, query: Query, between?: () => Promise<unknown>): Promise<File[]> {
  const found: File[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ann.call(listFiles, {
      query: { parentId, limit: 173, ...query, ...(cursor ? { cursor } : {}) },
    });
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    expect(page.items).toHaveLength(query.limit ?? 173);
    cursor = page.nextCursor;
    await between?.();
  }
}

const keyOf = { name: (f: File) => f.name, size: (f: File) => f.fileSize, modified: (f: File) => f.lastModified };

describe("a folder of thousands", () => {
  const sorts = ["name", "size", "modified"] as const;
  test.each(sorts.flatMap((sort) => [[sort, "asc"] as const, [sort, "desc"] as const]))(
    "by %s, %s: everything once, folders first, in order",
    async (sort, order) => {
      const all = await walk(big, { sort, order });
      expect(all).toHaveLength(fileCount + folderCount);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      const kinds = all.map(({ kind }) => kind);
      expect(kinds.lastIndexOf("folder")).toBe(folderCount - 1);
      if (sort === "name") {
        const natural = new Intl.Collator("und", { numeric: true });
        const sorted = (kind: string) => all.filter((file) => file.kind === kind).map(({ name }) => name);
        for (const kind of ["folder", "file"]) {
          const listed = sorted(kind);
          const inOrder = [...listed].sort((a, b) => natural.compare(a, b) * (order === "asc" ? 1 : -1));
          // Names that compare equal may stand either way; what matters is that no neighbour is out of order.
          expect(listed.map((name) => name.normalize("NFKC"))).toEqual(inOrder.map((name) => name.normalize("NFKC")));
        }
        return;
      }
      for (let i = 1; i < all.length; i++) {
        const [before, after] = [all[i - 1] as File, all[i] as File];
        if (before.kind !== after.kind) continue;
        const [a, b] = order === "asc" ? [before, after] : [after, before];
        expect(keyOf[sort](a) <= keyOf[sort](b)).toBe(true);
      }
    },
  );

  test("pages of one show the same as one page of all", async () => {
    const small = (await ann.call(createFolder, { body: { name: "small" } })).id;
    await Promise.all(
      ["2", "10", "1", "a", "B", "b", "A 10", "a 2"].map((name) => ann.put(name, "x", { parentId: small })),
    );
    const once = (await ann.call(listFiles, { query: { parentId: small } })).items.map(({ name }) => name);
    const one = (await walk(small, { limit: 1 })).map(({ name }) => name);
    expect(one).toEqual(once);
    expect(one.slice(0, 3)).toEqual(["1", "2", "10"]);
    expect(one.indexOf("a 2")).toBeLessThan(one.indexOf("A 10"));
  });

  test("nothing is met twice or missed while others come, go and change", async () => {
    const before = new Set((await walk(big, {})).map(({ id }) => id));
    let n = 0;
    const touched = new Set<string>();
    for (const sort of sorts) {
      const victims = (await ann.call(listFiles, { query: { parentId: big, q: "é", limit: 20, sort } })).items;
      const during = await walk(big, { sort }, async () => {
        await ann.put(`0 new ${++n}`, "x", { parentId: big });
        await ann.put(`file ${n}5.new`, "x".repeat(n), { parentId: big });
        const victim = victims.pop();
        if (!victim || touched.has(victim.id)) return;
        touched.add(victim.id);
        await ann.call(deleteFile, { params: { id: victim.id } });
      });
      const ids = during.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const seen = new Set(ids);
      for (const id of before) if (!touched.has(id)) expect(seen.has(id)).toBe(true);
    }
  });

  test("a filter takes its characters for themselves", async () => {
    const folder = (await ann.call(createFolder, { body: { name: "filtered" } })).id;
    const all = ["100%", "100 percent", "a_b", "aXb", "back\\slash", "ÄPFEL", "äpfel.txt"];
    await Promise.all(all.map((name) => ann.put(name, "x", { parentId: folder })));
    const found = async (q: string) => (await walk(folder, { q })).map(({ name }) => name).sort();
    expect(await found("0%")).toEqual(["100%"]);
    expect(await found("a_b")).toEqual(["a_b"]);
    expect(await found("\\")).toEqual(["back\\slash"]);
    expect(await found("äpf")).toEqual(["ÄPFEL", "äpfel.txt"]);
    expect(await found("' or 1=1 --")).toEqual([]);
  });

  test("cursors of other listings, and garbage, are told apart from pages", async () => {
    const { nextCursor } = await ann.call(listFiles, { query: { parentId: big, limit: 1 } });
    const encode = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString("base64url");
    const id = "01890000-0000-7000-8000-000000000000";
    const wrong = [
      ["name", "desc", nextCursor],
      ["size", "asc", nextCursor],
      ["name", "asc", "%%%"],
      ["name", "asc", encode(["name", "asc", "file", "a\u0000b", id])],
      ["name", "asc", encode(["name", "asc", "other", "a", id])],
      ["name", "asc", encode(["name", "asc", "file", "a", "1"])],
      ["size", "asc", encode(["size", "asc", "file", "999999999999999999999", id])],
      ["modified", "asc", encode(["modified", "asc", "file", "2026-13-45T00:00:00Z", id])],
      ["modified", "asc", encode(["modified", "asc", "file", "2026-01-01T99:99:99Z", id])],
      ["modified", "asc", encode(["modified", "asc", "file", "2026-01-01T00:00:00+99:99", id])],
      ["modified", "asc", encode(["modified", "asc", "file", "2026-02-31T00:00:00Z", id])],
      ["name", "asc", encode({})],
    ];
    for (const [sort, order, cursor] of wrong) {
      const query = new URLSearchParams({
        parentId: big,
        sort: sort as string,
        order: order as string,
        cursor: cursor as string,
      });
      const answer = await ann.fetch(`/api/v1/files?${query}`);
      expect([answer.status, await answer.text()].join(" "), `${sort} ${cursor}`).toMatch(/^400 .*invalid_cursor/);
    }
    for (const path of ["/api/v1/trash", "/api/v1/search?q=a"]) {
      const url = `${path}${path.includes("?") ? "&" : "?"}cursor=${encode(["2026-02-31T00:00:00Z", id])}`;
      expect((await ann.fetch(url)).status, path).toBe(400);
    }
  });
});

describe("search", () => {
  test("finds what is live and one's own, by all words, page by page", async () => {
    const bob = await server.person();
    const top = (await bob.call(createFolder, { body: { name: "Holiday 2026" } })).id;
    const made: File[] = [];
    for (let n = 1; n <= 25; n++) made.push(await bob.put(`beach photo ${n}.JPG`, "x", { parentId: top }));
    await bob.put("photo of a beach.txt", "x");
    await bob.put("photo of a mountain.txt", "x");
    const find = async (q: string, who: Person = bob) => {
      const found: { id: string; name: string; filePath: string }[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await who.call(searchFiles, { query: { q, limit: 7, ...(cursor ? { cursor } : {}) } });
        found.push(...page.items);
        if (page.nextCursor === null) return found;
        cursor = page.nextCursor;
      }
    };
    const found = await find("PHOTO beach");
    expect(found).toHaveLength(26);
    expect(new Set(found.map(({ id }) => id)).size).toBe(26);
    expect(found[0]?.filePath).toBe("/Holiday 2026/beach photo 1.JPG");
    expect(await find("holiday")).toMatchObject([{ id: top, filePath: "/Holiday 2026" }]);
    expect(await find("photo", ann)).toEqual([]);
    expect(await find("   ")).toEqual([]);
    expect(await find("100%_\\")).toEqual([]);
    await bob.call(updateFile, { params: { id: made[0]?.id as string }, body: { name: "renamed.JPG" } });
    expect(await find("beach photo 1.")).toHaveLength(0);
    expect(await find("beach photo 1")).toHaveLength(10);
    await bob.call(deleteFile, { params: { id: top } });
    expect(await find("beach")).toMatchObject([{ name: "photo of a beach.txt" }]);
  });

  test("no word breaks it", async () => {
    for (const q of ["%", "_", "\\", "'", '"', "\u0000", "a\u0000b", "\ud800", "🏳️‍🌈", "(", "[", "*", "a".repeat(255)]) {
      const answer = await ann.fetch(`/api/v1/search?q=${encodeURIComponent(q.toWellFormed())}`);
      expect([200, 400]).toContain(answer.status);
      const list = await ann.fetch(`/api/v1/files?q=${encodeURIComponent(q.toWellFormed())}`);
      expect([200, 400]).toContain(list.status);
    }
  });
});
