import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { getFile, listFiles } from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { openConnection } from "../../support/raw-connection.ts";
import { eventually } from "../../support/server.ts";

const segment = 16 * 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person("ann");
});
afterAll(() => server.close());

/** One request by hand, for what no client library sends. Resolves with all that was answered. */
async function raw(head: string[], body: Uint8Array, options: { cut?: boolean } = {}): Promise<string> {
  const socket = openConnection(server.url);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const expectation = options.cut ? ["expect: 100-continue"] : [];
  const lines = [...head, ...expectation, "host: x", `authorization: Bearer ${ann.token}`];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  // It is cut when the server is at it, and not before.
  if (options.cut) await once(socket, "data");
  socket.write(body);
  if (options.cut) socket.end();
  await once(socket, "close");
  return answer;
}

const names = async () => (await ann.call(listFiles, { query: { limit: 1000 } })).items.map((file) => file.name);

describe("PUT", () => {
  test.each([0, 1, 64 * 1024, 1024 * 1024 + 1, segment - 1, segment, segment + 1, 2 * segment + 12_345])(
    "stores %d bytes, durable and whole",
    async (size) => {
      const bytes = randomBytes(size);
      const file = await ann.put(`of ${size}`, bytes);
      expect(file).toMatchObject({ name: `of ${size}`, fileSize: size, kind: "file", parentId: null, userId: ann.id });
      expect((await ann.read(file.id)).equals(bytes)).toBe(true);
      const hashed = await eventually(async () => (await ann.call(getFile, { params: { id: file.id } })).sha256);
      expect(hashed).toBe(sha256(bytes));
    },
  );

  test("takes a body whose length nobody knows", async () => {
    const bytes = randomBytes(segment + 77);
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 100_003) controller.enqueue(bytes.subarray(at, at + 100_003));
        controller.close();
      },
    });
    const answer = await ann.fetch("/api/v1/files/content?name=chunked", {
      method: "PUT",
      body,
      duplex: "half",
    } as RequestInit);
    expect(answer.status).toBe(201);
    const { id } = (await answer.json()) as { id: string };
    expect(answer.headers.get("location")).toBe(`/api/v1/files/${id}`);
    expect(sha256(await ann.read(id))).toBe(sha256(bytes));
  });

  test.each([
    ["application/json", '{"a": 1'],
    ["application/x-www-form-urlencoded", "a=b"],
    ["multipart/form-data; boundary=x", "--x"],
    ["text/html", "<p>"],
    ["nonsense", "x"],
  ])("keeps a body of type %s as the bytes it is", async (type, text) => {
    const file = await ann.put(`as ${type.replace("/", "-")}`, text, { headers: { "content-type": type } });
    expect((await ann.read(file.id)).toString()).toBe(text);
  });

  test.each([
    ["2020-02-02T02:02:02+02:00", "2020-02-02T00:02:02.000Z"],
    ["0000-01-01T00:00:00Z", "1000-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59-15:00", "9999-12-30T00:00:00.000Z"],
    ["1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
  ])("lastModified %s is kept as far as it can be told", async (given, kept) => {
    const query = new URLSearchParams({ name: `from ${given}`, lastModified: given });
    const answer = await ann.fetch(`/api/v1/files/content?${query}`, { method: "PUT", body: "x" });
    expect(((await answer.json()) as { lastModified: string }).lastModified).toBe(kept);
    const { items } = await ann.call(listFiles, { query: { q: `from ${given}`, sort: "modified" } });
    expect(items[0]?.lastModified).toBe(kept);
  });

  test("leaves nothing behind when the client goes away, known length or not", async () => {
    const before = await names();
    const line = (name: string) => `PUT /api/v1/files/content?name=${name} HTTP/1.1`;
    await raw([line("aborted-1"), "content-length: 5000000"], randomBytes(400_000), { cut: true });
    await raw([line("aborted-2"), "transfer-encoding: chunked"], Buffer.from("5\r\nhello\r\n"), { cut: true });
    await raw([line("aborted-3"), "content-length: 50"], Buffer.from("hello"), { cut: true });
    // A whole upload later.
    await ann.put("after the aborted ones", "x");
    expect((await names()).sort()).toEqual([...before, "after the aborted ones"].sort());
  });

  test("takes of a body that is longer than it says only what it says", async () => {
    const head = ["PUT /api/v1/files/content?name=longer HTTP/1.1", "content-length: 3", "connection: close"];
    // What follows is no request: the connection ends, whether or not the answer to the first one got out before.
    expect(await raw(head, Buffer.from("abcdef"))).toMatch(/^HTTP\/1\.1 (201|400)/);
    const { items } = await ann.call(listFiles, { query: { q: "longer" } });
    for (const file of items) expect(file.fileSize).toBe(3);
  });

  test("refuses contradictory lengths without storing anything", async () => {
    const line = "PUT /api/v1/files/content?name=smuggled HTTP/1.1";
    for (const lengths of [
      ["content-length: 5", "transfer-encoding: chunked"],
      ["content-length: -1"],
      ["content-length: 5x"],
    ]) {
      expect(await raw([line, ...lengths], Buffer.from("hello"))).toMatch(/^HTTP\/1\.1 400/);
    }
    expect(await names()).not.toContain("smuggled");
  });

  test("tells a client that announced too little for the folder it asks for, before the body", async () => {
    const stranger = await server.person();
    const id = (await stranger.put("theirs", "x")).id;
    const head = [`PUT /api/v1/files/content?name=a&parentId=${id} HTTP/1.1`, "content-length: 50000000"];
    const answer = await raw(head, Buffer.alloc(100));
    expect(answer).toMatch(/^HTTP\/1\.1 404/);
    expect(answer).toMatch(/connection: close/i);
  });
});

describe("a name that is taken", () => {
  test("is an error, another name, or a new version, as asked", async () => {
    const first = await ann.put("report.pdf", "one");
    await expect(ann.put("report.pdf", "two")).rejects.toThrow(/409.*name_taken/);
    const second = await ann.put("report.pdf", "two", { onConflict: "rename" });
    expect(second.name).toBe("report (2).pdf");
    const replaced = await ann.fetch("/api/v1/files/content?name=report.pdf&onConflict=replace", {
      method: "PUT",
      body: "three",
    });
    expect(replaced.status).toBe(200);
    expect(((await replaced.json()) as { id: string }).id).toBe(first.id);
    expect((await ann.read(first.id)).toString()).toBe("three");
    expect((await ann.read(second.id)).toString()).toBe("two");
  });

  test("of a folder cannot be replaced by a file", async () => {
    const answer = await ann.fetch("/api/v1/folders", {
      method: "POST",
      body: '{"name":"a folder"}',
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(201);
    await expect(ann.put("a folder", "x", { onConflict: "replace" })).rejects.toThrow(/409.*name_taken/);
  });

  test("by the same file, sent again because no answer came, is no clash; any difference is", async () => {
    const options = { lastModified: "2026-01-02T03:04:05.678Z" };
    const first = await ann.put("again.txt", "once", options);
    const query = new URLSearchParams({ name: "again.txt", ...options });
    const second = await ann.fetch(`/api/v1/files/content?${query}`, { method: "PUT", body: "once" });
    expect(second.status).toBe(200);
    expect(await second.json()).toMatchObject({ id: first.id });
    await expect(ann.put("again.txt", "0nce", options)).rejects.toThrow(/409.*name_taken/);
    await expect(ann.put("again.txt", "once")).rejects.toThrow(/409.*name_taken/);
    await expect(ann.put("again.txt", "once", { lastModified: "2026-01-02T03:04:05.679Z" })).rejects.toThrow(
      /409.*name_taken/,
    );
  });

  test("by 20 at once: fail lets one win, rename keeps all, replace makes versions of one", async () => {
    const all = Array.from({ length: 20 }, (_, i) => `content ${i}`);
    const failing = await Promise.allSettled(all.map((text) => ann.put("race-fail", text)));
    expect(failing.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of failing)
      if (result.status === "rejected") expect(String(result.reason)).toContain("name_taken");

    const many = Array.from({ length: 60 }, (_, i) => `content ${i}`);
    const renamed = await Promise.all(many.map((text) => ann.put("race.txt", text, { onConflict: "rename" })));
    expect(new Set(renamed.map((file) => file.name)).size).toBe(60);
    for (const [i, file] of renamed.entries()) {
      expect(file.name).toMatch(/^race( \(\d+\))?\.txt$/);
      expect((await ann.read(file.id)).toString()).toBe(many[i]);
    }

    const replaced = await Promise.all(all.map((text) => ann.put("race-replace", text, { onConflict: "replace" })));
    const id = replaced[0]?.id as string;
    expect(new Set(replaced.map((file) => file.id))).toEqual(new Set([id]));
    const answer = await ann.fetch(`/api/v1/files/${id}/versions`);
    const { items } = (await answer.json()) as { items: { id: string }[] };
    expect(items).toHaveLength(20);
    const texts = await Promise.all(items.map(async (v) => (await ann.read(id, `?version=${v.id}`)).toString()));
    expect(texts.sort()).toEqual([...all].sort());
  });
});
