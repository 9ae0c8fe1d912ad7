import { execFile } from "node:child_process";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolder, updateFile } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let ann: Person;
/** Every file of the tree by the path that an archive gives it. */
const files = new Map<string, Buffer>();
const folders: string[] = [];
let path: string;

const folderIn = async (name: string, parentId?: string) =>
  (await ann.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } })).id;

beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
  const put = async (at: string, name: string, bytes: Buffer, parentId: string) => {
    files.set(at + name.replace(/[\\\p{Cc}]/gu, "_"), bytes);
    await ann.put(name, bytes, { parentId });
  };
  const top = await folderIn("ordner ä");
  const other = await folderIn("elsewhere");
  const twin = await folderIn("ordner ä", other);
  folders.push(top, twin);
  for (let n = 0; n < 30; n++) await put("ordner ä/", `file ${n}`, Buffer.alloc(n * 37, `${n}`), top);
  await put("ordner ä/", "large", Buffer.alloc(300_000, "large "), top);
  await put("ordner ä/", "a\\b\u0001\u0085c\u{1F600}", Buffer.from("odd name"), top);
  let [deep, at] = [top, "ordner ä/"];
  for (let level = 0; level < 12; level++) {
    deep = await folderIn(`level ${level}`, deep);
    at += `level ${level}/`;
    await put(at, "inside", Buffer.from(`of level ${level}`), deep);
  }
  await put("ordner ä (2)/", "in the twin", Buffer.from("twin"), twin);
  await folderIn("empty", twin);
  path = `/api/v1/archives?ids=${folders.join(",")}`;
  // As if no job had come to them yet.
  await server.services.pool.query(
    "update holdfast.contents set crc32 = null, sha256 = null where size between 200 and 900",
  );
});
afterAll(() => server.close());

const whole = async () => Buffer.from(await (await ann.fetch(path)).arrayBuffer());

test("another program reads every byte and every name of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-archive-"));
  try {
    const zip = join(folder, "a.zip");
    await writeFile(zip, await whole());
    const read = `import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
z.extractall(sys.argv[2])
print(json.dumps([[n, z.getinfo(n).file_size] for n in z.namelist()]))`;
    const { stdout } = await promisify(execFile)("python3", ["-c", read, zip, folder]);
    const listed = new Map(JSON.parse(stdout) as [string, number][]);
    expect([...listed.keys()].filter((name) => !name.endsWith("/")).sort()).toEqual([...files.keys()].sort());
    expect(listed.has("ordner ä (2)/empty/")).toBe(true);
    for (const [name, bytes] of files) expect((await readFile(join(folder, name))).equals(bytes), name).toBe(true);
    // Folders come before what lies in them.
    const names = [...listed.keys()];
    names.forEach((name, i) => {
      const parent = name.replace(/[^/]+\/?$/, "");
      if (parent !== "") expect(names.indexOf(parent)).toBeLessThan(i);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("any range is that part of the whole, under the same tag", async () => {
  const first = await ann.fetch(path);
  const etag = first.headers.get("etag") as string;
  const bytes = Buffer.from(await first.arrayBuffer());
  expect(first.headers.get("content-length")).toBe(String(bytes.length));
  const ask = async (range: string) => {
    const answer = await ann.fetch(path, { headers: { range, "if-range": etag } });
    expect([answer.status, answer.headers.get("etag")]).toEqual([206, etag]);
    return Buffer.from(await answer.arrayBuffer());
  };
  const last = bytes.length - 1;
  // The central directory is at the end; headers and small files are at the beginning.
  const place = fc.oneof(
    fc.nat(3_000),
    fc.nat(last),
    fc.nat(6_000).map((n) => last - n),
  );
  await fc.assert(
    fc.asyncProperty(place, place, async (a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      expect((await ask(`bytes=${start}-${end}`)).equals(bytes.subarray(start, end + 1))).toBe(true);
    }),
    {
      numRuns: 60,
      examples: [
        [0, 0],
        [last, last],
        [0, last],
        [0, 29],
        [30, 30],
      ],
    },
  );
  expect((await ask("bytes=-22")).equals(bytes.subarray(-22))).toBe(true);
  const several = (await ask("bytes=0-9,200-219,-5")).toString("latin1");
  for (const part of [bytes.subarray(0, 10), bytes.subarray(200, 220), bytes.subarray(-5)])
    expect(several).toContain(`\r\n\r\n${part.toString("latin1")}\r\n--`);
  expect((await ann.fetch(path, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
  expect((await ann.fetch(path, { headers: { "if-none-match": etag } })).status).toBe(304);
});

test("a part after a change is the whole again, also where the length is the same", async () => {
  const before = await ann.fetch(path);
  const bytes = Buffer.from(await before.arrayBuffer());
  const id = (await ann.put("same length 1", "x", { parentId: folders[1] as string })).id;
  const tags = new Set([before.headers.get("etag")]);
  for (const name of ["same length 2", "same length 3"]) {
    await ann.call(updateFile, { params: { id }, body: { name } });
    const answer = await ann.fetch(path, { headers: { range: "bytes=5-", "if-range": [...tags].at(-1) as string } });
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(bytes.length);
    tags.add(answer.headers.get("etag"));
  }
  expect(tags.size).toBe(3);
});

test("behind 4 GiB, offsets and sizes are found where the directory says", async () => {
  const top = await folderIn("huge");
  for (const name of ["a", "b", "c"]) await ann.put(name, `bytes of ${name}`, { parentId: top });
  // Nobody has so many bytes to spare: the rows say that the second has them, and no byte of it is asked for.
  const size = 5 * 2 ** 30;
  await server.services.pool.query(
    `with big as (update holdfast.files set file_size = $2 where parent_id = $1 and name = 'b' returning content_id)
     update holdfast.contents set size = $2 where id = (select content_id from big)`,
    [top, size],
  );
  const part = async (range: string) => {
    const answer = await ann.fetch(`/api/v1/archives?ids=${top}`, { headers: { range } });
    expect(answer.status).toBe(206);
    const length = Number(answer.headers.get("content-range")?.split("/")[1]);
    return { length, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const { length, bytes: tail } = await part("bytes=-420");
  const folder = await mkdtemp(join(tmpdir(), "holdfast-archive-"));
  try {
    const zip = join(folder, "a.zip");
    const file = await open(zip, "w");
    await file.truncate(length);
    await file.write(tail, 0, tail.length, length - tail.length);
    await file.close();
    const read = `import sys, zipfile, json
print(json.dumps([[i.filename, i.file_size, i.header_offset] for i in zipfile.ZipFile(sys.argv[1]).infolist()]))`;
    const { stdout } = await promisify(execFile)("python3", ["-c", read, zip]);
    const infos = JSON.parse(stdout) as [string, number, number][];
    expect(infos.map(([name, bytes]) => [name, bytes])).toEqual([
      ["huge/", 0],
      ["huge/a", 10],
      ["huge/b", size],
      ["huge/c", 10],
    ]);
    const [, , at] = infos[3] as [string, number, number];
    expect(at).toBeGreaterThan(size);
    const { bytes } = await part(`bytes=${at}-${at + 100}`);
    expect(bytes.toString("latin1")).toMatch(/^PK[^]*huge\/c[^]*bytes of c/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
