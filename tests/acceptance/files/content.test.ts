import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { File } from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";

const bytes = randomBytes(17 * 1024 * 1024 + 5);
const { length } = bytes;

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
let big: File;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person();
  big = await ann.put("big.bin", bytes);
});
afterAll(() => server.close());

const get = (headers: Record<string, string> = {}, options: { id?: string; method?: string; query?: string } = {}) =>
  ann.fetch(`/api/v1/files/${options.id ?? big.id}/content${options.query ?? ""}`, {
    headers,
    method: options.method ?? "GET",
  });
const body = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

describe("a download", () => {
  test("whole, with what a client needs to come back", async () => {
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe(String(length));
    expect(answer.headers.get("accept-ranges")).toBe("bytes");
    expect(answer.headers.get("etag")).toMatch(/^"[^"]+"$/);
    expect(answer.headers.get("last-modified")).toMatch(/GMT$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("cache-control")).toContain("private");
    expect((await body(answer)).equals(bytes)).toBe(true);
  });

  const edge = 16 * 1024 * 1024;
  test.each([
    ["bytes=0-0", 0, 1],
    ["bytes=0-99", 0, 100],
    [`bytes=${edge - 3}-${edge + 3}`, edge - 3, edge + 4],
    [`bytes=${edge}-`, edge, length],
    ["bytes=-1", length - 1, length],
    [`bytes=-${length * 2}`, 0, length],
    [`bytes=${length - 1}-${length + 1000}`, length - 1, length],
    [`bytes=5-${Number.MAX_SAFE_INTEGER}`, 5, length],
  ])("%s", async (range, start, end) => {
    const answer = await get({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${length}`);
    expect(answer.headers.get("content-length")).toBe(String(end - start));
    expect((await body(answer)).equals(bytes.subarray(start, end))).toBe(true);
    const head = await get({ range }, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([206, String(end - start)]);
  });

  test("several ranges come as parts, in the order asked for", async () => {
    const answer = await get({ range: `bytes=100-199, 0-9,-5, ${edge - 1}-${edge}` });
    expect(answer.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(answer.headers.get("content-type") ?? "")?.[1];
    const all = await body(answer);
    expect(answer.headers.get("content-length")).toBe(String(all.length));
    const wanted = [
      [100, 200],
      [0, 10],
      [length - 5, length],
      [edge - 1, edge + 1],
    ] as const;
    const expected = wanted.map(([start, end]) => [
      Buffer.from(
        `\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\ncontent-range: bytes ${start}-${end - 1}/${length}\r\n\r\n`,
      ),
      bytes.subarray(start, end),
    ]);
    const text = Buffer.concat([...expected.flat(), Buffer.from(`\r\n--${boundary}--\r\n`)]).subarray(2);
    expect(all.equals(text)).toBe(true);
  });

  test.each([`bytes=${length}-`, `bytes=${length + 5}-${length + 9}`, "bytes=-0"])("%s lies outside", async (range) => {
    const answer = await get({ range });
    expect(answer.status).toBe(416);
    expect(answer.headers.get("content-range")).toBe(`bytes */${length}`);
    expect(((await answer.json()) as { code: string }).code).toBe("range_not_satisfiable");
  });

  test.each([
    "bytes",
    "bytes=",
    "bytes=a-b",
    "bytes=5-1",
    "items=0-1",
    "bytes=0-5,3-9",
    `bytes=${Array.from({ length: 40 }, (_, i) => `${i * 10}-${i * 10}`).join(",")}`,
    "bytes=1-2-3",
    "bytes=--1",
  ])("%s is not honoured: the whole comes", async (range) => {
    const answer = await get({ range }, { method: "HEAD" });
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, String(length)]);
  });

  test("If-None-Match saves the bytes, If-Range the wrong ones", async () => {
    const first = await get({}, { method: "HEAD" });
    const etag = first.headers.get("etag") as string;
    const modified = first.headers.get("last-modified") as string;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await get({ "if-none-match": tag });
      expect(answer.status, tag).toBe(304);
      expect(answer.headers.get("etag")).toBe(etag);
      expect((await body(answer)).length).toBe(0);
    }
    expect((await get({ "if-none-match": '"other"' }, { method: "HEAD" })).status).toBe(200);
    const range = "bytes=0-9";
    expect((await get({ range, "if-range": etag })).status).toBe(206);
    expect((await get({ range, "if-range": modified })).status).toBe(206);
    for (const other of ['"other"', `W/${etag}`, "Wed, 21 Oct 2015 07:28:00 GMT", "nonsense"]) {
      expect((await get({ range, "if-range": other }, { method: "HEAD" })).status, other).toBe(200);
    }
  });

  test("a new version has another tag; a download of the old one goes on", async () => {
    const file = await ann.put("changing", "first version");
    const etag = (await get({}, { id: file.id })).headers.get("etag") as string;
    await ann.put("changing", "SECOND VERSION", { onConflict: "replace" });
    const answer = await get({ range: "bytes=6-", "if-range": etag }, { id: file.id });
    expect(answer.status).toBe(200);
    expect((await body(answer)).toString()).toBe("SECOND VERSION");
  });

  test("nothing at all is a file too", async () => {
    const { id } = await ann.put("empty", "");
    expect((await get({}, { id })).headers.get("content-length")).toBe("0");
    expect((await body(await get({}, { id }))).length).toBe(0);
    expect((await get({ range: "bytes=0-" }, { id })).status).toBe(416);
    expect((await get({ range: "bytes=-1" }, { id })).status).toBe(416);
    expect((await get({}, { id, method: "HEAD" })).status).toBe(200);
  });

  test("a client that goes away in the middle holds nothing up", async () => {
    for (let n = 0; n < 30; n++) {
      const stop = new AbortController();
      const answer = await ann.fetch(`/api/v1/files/${big.id}/content`, { signal: stop.signal });
      await answer.body?.getReader().read();
      stop.abort();
    }
    expect((await body(await get())).equals(bytes)).toBe(true);
  });

  insideTest("bytes that are lost are an error, never a shorter or another file", async () => {
    const { rm, readdir } = await import("node:fs/promises");
    const { join } = await import("node:path");
    const lost = randomBytes(300_000);
    const file = await ann.put("lost", lost);
    const objects = join(server.inside.dataDir, "objects");
    const name = file.sha256 as string;
    const path = (await readdir(objects, { recursive: true })).find((entry) => entry.endsWith(name)) as string;
    await rm(join(objects, path));
    const answer = await get({}, { id: file.id });
    expect(answer.status).toBe(500);
    expect(((await answer.json()) as { code: string }).code).toBe("content_damaged");
    expect(answer.headers.get("content-disposition")).toBeNull();
  });
});

describe("what is shown inside", () => {
  const html = "<!doctype html><script>alert(1)</script>";
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  test.each([
    ["page.html", html],
    ["page.xhtml", '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>'],
    ["picture.svg", svg],
    ["picture.png", svg],
    ["feed.xml", '<?xml version="1.0"?><x/>'],
    ["photo.png.html", html],
    ["code.js", "alert(1)"],
    ["page.htm", html],
    ["page.HTML", html],
    ["page.shtml", html],
    ["doc.mht", html],
    ["noext", html],
    ["text.txt", html],
    ["utf16.txt", Buffer.from(`\ufeff${html}`, "utf16le")],
    ["bom.txt", `\ufeff${html}`],
    ["padded.svg", `${" ".repeat(5000)}${svg}`],
  ])("%s: never as a page or a picture that can hold a script", async (name, bytes) => {
    const file = await ann.put(name, bytes, {
      onConflict: "rename",
      headers: { "content-type": name.endsWith("png") ? "image/png" : "text/html" },
    });
    const answer = await get({}, { id: file.id, query: "?disposition=inline" });
    const type = answer.headers.get("content-type") as string;
    const disposition = answer.headers.get("content-disposition") as string;
    if (disposition.startsWith("inline")) expect(type).toMatch(/^text\/plain/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("sandbox");
    await answer.arrayBuffer();
  });

  test("what is harmless is shown when asked for, and saved otherwise", async () => {
    const file = await ann.put("real.png", png);
    expect(file.fileType).toBe("image/png");
    const shown = await get({}, { id: file.id, query: "?disposition=inline" });
    expect(shown.headers.get("content-disposition")).toBe('inline; filename="real.png"');
    expect((await get({}, { id: file.id })).headers.get("content-disposition")).toBe('attachment; filename="real.png"');
  });
});

insideTest("a part of a file that begins behind 2 GiB, and behind 4", async () => {
  const segment = randomBytes(16 * 1024 * 1024);
  const { id } = await ann.put("five gigabytes.bin", segment);
  // The same segment 320 times: the bytes lie on the disk once.
  await server.inside.services.pool.query(
    `with content as (select content_id as id from holdfast.files where id = $1),
       segments as (insert into holdfast.content_segments (content_id, start_at, size, sha256)
         select s.content_id, n * s.size::bigint, s.size, s.sha256 from holdfast.content_segments s join content c on c.id = s.content_id,
           generate_series(1, 319) n),
       files as (update holdfast.files set file_size = 320 * 16777216::bigint where id = $1)
     update holdfast.contents set size = 320 * 16777216::bigint where id = (select id from content)`,
    [id],
  );
  for (const at of [2 ** 31 - 5, 2 ** 31 + 5, 2 ** 32 + 5]) {
    const answer = await get({ range: `bytes=${at}-${at + 9}` }, { id });
    expect(answer.status).toBe(206);
    const start = at % segment.length;
    const expected = Buffer.concat([segment, segment]).subarray(start, start + 10);
    expect((await body(answer)).equals(expected)).toBe(true);
  }
});
