import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createFolder,
  deleteFile,
  restoreFile,
  searchFiles,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

vi.setConfig({ testTimeout: 120_000 });

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

type Query = { limit?: number; kind?: "folder" | "image" | "document" | "other" };

/** Every page of a search, to the end. */
async function find(who: Person, q: string, { limit = 7, ...query }: Query = {}) {
  const found: { id: string; name: string; filePath: string }[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await who.call(searchFiles, { query: { q, limit, ...query, ...(cursor ? { cursor } : {}) } });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}
const names = async (who: Person, q: string, query?: Query) => (await find(who, q, query)).map(({ name }) => name);
const folder = (who: Person, name: string, parentId?: string) =>
  who.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } });

/** Rows as uploads would have left them; uploading each would take the test's time. `name` is SQL over `n`. */
async function fill(who: Person, parentId: string, count: number, name: string): Promise<void> {
  const { pool } = server.services;
  const { rows } = await pool.query(
    "insert into holdfast.contents (id, size) values (holdfast.uuid7(), 0) returning id",
  );
  await pool.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind, file_type, content_id, version_id)
     select holdfast.uuid7(), $1, $2, ${name}, 'file', 'image/jpeg', $3, gen_random_uuid() from generate_series(0, ${count - 1}) n`,
    [who.id, parentId, rows[0].id],
  );
}

describe("order", () => {
  test("what begins with it, then where words begin, then anywhere, then by a folder above; each by natural order", async () => {
    const ann = await server.person();
    const top = await folder(ann, "Report");
    for (const name of ["annual report.txt", "my subreport.txt", "report 10.txt", "Report 2.txt", "report", "x.txt"]) {
      await ann.put(name, "x", { parentId: top.id });
    }
    expect(await names(ann, "REPORT")).toEqual([
      ...["Report", "report", "Report 2.txt", "report 10.txt", "annual report.txt", "my subreport.txt"],
    ]);
    expect(await names(ann, "txt report")).toEqual([
      ...["Report 2.txt", "report 10.txt", "annual report.txt", "my subreport.txt", "x.txt"],
    ]);
  });

  test("numbers count by value, and every result is reached, once, whatever the size of a page", async () => {
    const ann = await server.person();
    const clients = await folder(ann, "All of them");
    await fill(ann, clients.id, 3000, "'Client ' || lpad(n::text, 5, '0')");
    const found = await names(ann, "client 00", { limit: 100 });
    expect(found).toHaveLength(1000);
    expect(found.slice(0, 2)).toEqual(["Client 00000", "Client 00001"]);
    expect(found).toEqual([...found].sort());
    const all = await find(ann, "client", { limit: 200 });
    expect(all).toHaveLength(3000);
    expect(new Set(all.map(({ id }) => id)).size).toBe(3000);
    expect((await names(ann, "lient", { limit: 200 })).at(-1)).toBe("Client 02999");
    expect(await names(ann, "02999")).toEqual(["Client 02999"]);
    await ann.put("client 19 b.txt", "x");
    const by19 = await names(ann, "client 19", { limit: 2 });
    expect(by19).toEqual(["client 19 b.txt"]);
    await fill(ann, clients.id, 2500, "'unit ' || n");
    const units = await names(ann, "unit 19", { limit: 40 });
    expect(units).toHaveLength(1 + 10 + 100);
    expect(units.slice(0, 3)).toEqual(["unit 19", "unit 190", "unit 191"]);
    expect(await names(ann, "client nowhere")).toEqual([]);
  });

  test("a common ending fills the first page, however many names stand before, and every result is reached", async () => {
    const ann = await server.person();
    const album = await folder(ann, "Album");
    await fill(ann, album.id, 30_000, "'a ' || n || '.bin'");
    await fill(ann, album.id, 6000, "'Zoo ' || n || '.jpg'");
    await ann.put("jpg or png.txt", "x");
    await ann.put("a jpg to keep.txt", "x");
    const { items } = await ann.call(searchFiles, { query: { q: "JPG", limit: 4 } });
    expect(items.map(({ name }) => name)).toEqual(["jpg or png.txt", "Zoo 0.jpg", "Zoo 1.jpg", "Zoo 2.jpg"]);
    const all = await find(ann, "jpg", { limit: 200 });
    expect(new Set(all.map(({ id }) => id)).size).toBe(6002);
    expect(all).toHaveLength(6002);
    expect(all.at(-1)?.name).toBe("a jpg to keep.txt");
    expect(await names(ann, "zoo jpg", { limit: 100 })).toHaveLength(6000);
  });

  test("the same from page to page where many and few hits, names and folders are mixed", async () => {
    const ann = await server.person();
    const lofoten = await folder(ann, "Lofoten");
    const inner = await folder(ann, "raw", (await folder(ann, "day 1", lofoten.id)).id);
    const other = await folder(ann, "Elsewhere");
    await fill(ann, inner.id, 40, "'IMG_' || n || '.jpg'");
    await fill(ann, other.id, 6000, "'IMG_' || n || '.jpg'");
    await ann.put("lofoten img plan.txt", "x");
    await ann.put("the img of lofoten.txt", "x");
    const found = await names(ann, "img lofoten", { limit: 9 });
    expect(found.slice(0, 4)).toEqual(["lofoten img plan.txt", "the img of lofoten.txt", "IMG_0.jpg", "IMG_1.jpg"]);
    expect(found).toHaveLength(42);
    expect(await names(ann, "lofoten raw img_7")).toEqual(["IMG_7.jpg"]);
    expect(await names(ann, "lofoten")).toEqual(["Lofoten", "lofoten img plan.txt", "the img of lofoten.txt"]);
    // Too much lies below to be looked at as a whole.
    const elsewhere = await find(ann, "elsewhere img", { limit: 200 });
    expect(elsewhere).toHaveLength(6000);
    expect(new Set(elsewhere.map(({ id }) => id)).size).toBe(6000);
    // Moving or renaming a folder high up is seen at once.
    await ann.call(updateFile, { params: { id: lofoten.id }, body: { name: "Senja" } });
    expect(await names(ann, "senja img", { limit: 50 })).toHaveLength(40);
    await ann.call(deleteFile, { params: { id: lofoten.id } });
    expect(await names(ann, "senja")).toEqual([]);
    expect(await names(ann, "img_39")).toHaveLength(1 + 111 - 1);
    await ann.call(restoreFile, { params: { id: lofoten.id }, body: {} });
    expect(await names(ann, "senja img", { limit: 50 })).toHaveLength(40);
  });
});

describe("words", () => {
  test("case, accents, scripts, separators and word order do not matter; one or two letters begin a word", async () => {
    const ann = await server.person();
    const all = [
      "Ångström Über_Straße.PDF",
      "旅行写真.jpg",
      "Привет Ёлка.txt",
      "a.b-c.txt",
      "🏳️‍🌈 parade.txt",
      "사진첩.png",
    ];
    for (const name of all) await ann.put(name, "x");
    expect(await names(ann, "angstrom")).toEqual([all[0]]);
    expect(await names(ann, "STRASSE uber")).toEqual([all[0]]);
    expect(await names(ann, "strasse".toUpperCase())).toEqual([all[0]]);
    expect(await names(ann, "über_straße")).toEqual([all[0]]);
    expect(await names(ann, "写真")).toEqual([all[1]]);
    expect(await names(ann, "елка")).toEqual([all[2]]);
    expect(await names(ann, "ёл")).toEqual([all[2]]);
    expect(await names(ann, "b")).toEqual([all[3]]);
    expect(await names(ann, "🏳️‍🌈")).toEqual([all[4]]);
    expect(await names(ann, "진첩")).toEqual([all[5]]);
    expect(await names(ann, ".pdf")).toEqual([all[0]]);
    expect(await names(ann, "%")).toEqual([]);
  });

  test("of one kind", async () => {
    const ann = await server.person();
    const top = await folder(ann, "trip");
    await ann.put("trip.jpg", "x", { parentId: top.id });
    await ann.put("trip.docx", "x");
    expect(await names(ann, "trip", { kind: "folder" })).toEqual(["trip"]);
    expect(await names(ann, "trip", { kind: "image" })).toEqual(["trip.jpg"]);
    expect(await names(ann, "trip", { kind: "document" })).toEqual(["trip.docx"]);
    expect((await ann.fetch("/api/v1/search?q=trip&kind=spoon")).status).toBe(400);
  });
});

test("never what is another's, in the trash, or deleted; a cursor belongs to its search", async () => {
  const [ann, bob] = await Promise.all([server.person(), server.person()]);
  const top = await folder(ann, "Mine");
  const inside = await ann.put("secret plan.txt", "x", { parentId: top.id });
  await ann.put("secret other.txt", "x");
  expect(await find(bob, "secret")).toEqual([]);
  expect(await find(bob, "mine secret")).toEqual([]);
  expect(await names(ann, "secret")).toHaveLength(2);
  const { nextCursor } = await ann.call(searchFiles, { query: { q: "secret", limit: 1 } });
  expect(nextCursor).not.toBeNull();
  expect(
    (await bob.call(searchFiles, { query: { q: "secret", limit: 1, cursor: nextCursor as string } })).items,
  ).toEqual([]);
  const wrong = await ann.fetch(`/api/v1/search?q=plan&cursor=${nextCursor}`);
  expect([wrong.status, await wrong.text()].join(" ")).toMatch(/^400 .*invalid_cursor/);
  await ann.call(deleteFile, { params: { id: inside.id } });
  expect(await names(ann, "secret")).toEqual(["secret other.txt"]);
  await ann.call(restoreFile, { params: { id: inside.id }, body: {} });
  await ann.call(deleteFile, { params: { id: top.id }, query: { permanent: "true" } });
  expect(await names(ann, "secret")).toEqual(["secret other.txt"]);
});
