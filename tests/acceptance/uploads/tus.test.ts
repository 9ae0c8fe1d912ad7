import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { getFile, listFiles, listUploads, me } from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, asksGivenServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { openConnection } from "../../support/raw-connection.ts";
import { eventually } from "../../support/server.ts";
import { metadataOf, tus, tusType } from "../../support/uploads/tus.ts";

const uploads = "/api/v1/uploads";
const MiB = 1024 * 1024;

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer({ HOLDFAST_MAX_FILE_SIZE: "200M" });
  ann = await server.person();
});
afterAll(() => server.close());

let counter = 0;
async function begin(length: number | null, metadata: Record<string, string> = {}): Promise<string> {
  const answer = await tus(ann, "POST", uploads, {
    headers: {
      ...(length === null ? { "upload-defer-length": 1 } : { "upload-length": length }),
      "upload-metadata": metadataOf({ filename: `upload ${++counter}`, ...metadata }),
    },
  });
  expect(answer.status).toBe(201);
  return new URL(answer.headers.get("location") as string, server.url).pathname;
}
const patch = (path: string, offset: number, body: Uint8Array, headers: Record<string, string | number> = {}) =>
  tus(ann, "PATCH", path, { headers: { "upload-offset": offset, ...headers }, body });
const head = (path: string) => tus(ann, "HEAD", path);
const offsetOf = async (path: string) => Number((await head(path)).headers.get("upload-offset"));
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** A PATCH by hand, of which only the beginning is sent, once the server has begun with it. */
async function openPatch(path: string, offset: number, announced: number, sent: Uint8Array): Promise<Socket> {
  const socket = openConnection(server.url);
  socket.on("error", () => {});
  const lines = [
    `PATCH ${path} HTTP/1.1`,
    "host: x",
    `authorization: Bearer ${ann.token}`,
    "tus-resumable: 1.0.0",
    `content-type: ${tusType}`,
    `upload-offset: ${offset}`,
    `content-length: ${announced}`,
    "expect: 100-continue",
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await once(socket, "data");
  socket.resume();
  if (!socket.write(sent)) await once(socket, "drain");
  return socket;
}

/** Which request writes to it. */
async function lockOf(path: string): Promise<string | null> {
  const { rows } = await server.inside.services.pool.query("select locked_by from holdfast.uploads where id = $1", [
    path.replace(/.*\//, ""),
  ]);
  return rows[0].locked_by as string | null;
}

/** Ends in the middle of a request, and waits until the server has noticed, which has then read all that was sent. */
async function hangUp(socket: Socket): Promise<void> {
  socket.end();
  await once(socket, "close");
}

describe("tus", () => {
  test("says what it can do", async () => {
    const answer = await ann.fetch(uploads, { method: "OPTIONS" });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("tus-version")).toBe("1.0.0");
    if (!asksGivenServer) expect(answer.headers.get("tus-max-size")).toBe(String(200 * MiB));
    expect(answer.headers.get("tus-checksum-algorithm")).toContain("sha1");
    for (const extension of [
      "creation",
      "creation-with-upload",
      "creation-defer-length",
      "checksum",
      "expiration",
      "termination",
    ])
      expect(answer.headers.get("tus-extension")?.split(",")).toContain(extension);
  });

  insideTest("several requests of odd sizes make one file", async () => {
    const bytes = randomBytes(18 * MiB + 333);
    const path = await begin(bytes.length, { filename: "odd.bin", lastModified: "2020-02-02T02:02:02Z" });
    let at = 0;
    let id: string | null = null;
    for (const size of [1, 0, 999, 1, 500_000, 700_001, 16 * MiB, 5, 100_000, Number.POSITIVE_INFINITY]) {
      const part = bytes.subarray(at, Math.min(bytes.length, at + size));
      const answer = await patch(path, at, part);
      expect(answer.status).toBe(204);
      expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
      at += part.length;
      expect(answer.headers.get("upload-offset")).toBe(String(at));
      id = answer.headers.get("upload-file-id");
      if (at < bytes.length) expect([id, await offsetOf(path)]).toEqual([null, at]);
    }
    expect((await ann.read(id as string)).equals(bytes)).toBe(true);
    const file = await eventually(async () => {
      const found = await ann.call(getFile, { params: { id: id as string } });
      return found.sha256 ? found : null;
    });
    expect(file.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(file).toMatchObject({ name: "odd.bin", lastModified: "2020-02-02T02:02:02.000Z" });
    // Tiny requests leave no tiny segments behind.
    const { rows } = await server.inside.services.pool.query(
      "select s.size from holdfast.content_segments s join holdfast.files f on f.content_id = s.content_id where f.id = $1",
      [id],
    );
    expect(rows.length).toBeLessThan(6);
  });

  test("the last answer can be asked for again", async () => {
    const path = await begin(5);
    const id = (await patch(path, 0, Buffer.from("hello"))).headers.get("upload-file-id");
    expect(id).not.toBeNull();
    const again = await head(path);
    expect([again.headers.get("upload-file-id"), again.headers.get("upload-offset")]).toEqual([id, "5"]);
    expect((await patch(path, 5, Buffer.alloc(0))).headers.get("upload-file-id")).toBe(id);
    expect((await patch(path, 0, Buffer.from("hello"))).status).toBe(409);
  });

  test("first bytes, or all of them, come with the creation", async () => {
    const create = (length: number, body: Uint8Array, name: string) =>
      tus(ann, "POST", uploads, {
        headers: { "upload-length": length, "upload-metadata": metadataOf({ filename: name }) },
        body,
      });
    const whole = await create(3, Buffer.from("abc"), "whole");
    expect(whole.headers.get("upload-offset")).toBe("3");
    expect((await ann.read(whole.headers.get("upload-file-id") as string)).toString()).toBe("abc");
    const part = await create(6, Buffer.from("abc"), "part");
    expect([part.status, part.headers.get("upload-offset")]).toEqual([201, "3"]);
    const path = new URL(part.headers.get("location") as string, server.url).pathname;
    const end = await patch(path, 3, Buffer.from("def"));
    expect((await ann.read(end.headers.get("upload-file-id") as string)).toString()).toBe("abcdef");
    const empty = await tus(ann, "POST", uploads, {
      headers: { "upload-length": 0, "upload-metadata": metadataOf({ filename: "nothing" }) },
    });
    expect((await ann.read(empty.headers.get("upload-file-id") as string)).length).toBe(0);
  });

  test("the length may be told later, once", async () => {
    const path = await begin(null);
    expect((await head(path)).headers.get("upload-defer-length")).toBe("1");
    await patch(path, 0, Buffer.from("abc"));
    expect((await patch(path, 3, Buffer.from("d"), { "upload-length": 2 })).status).toBe(400);
    await patch(path, 3, Buffer.from("d"), { "upload-length": 6 });
    expect((await head(path)).headers.get("upload-length")).toBe("6");
    expect((await patch(path, 4, Buffer.from("e"), { "upload-length": 7 })).status).toBe(400);
    const end = await patch(path, 4, Buffer.from("ef"));
    expect((await ann.read(end.headers.get("upload-file-id") as string)).toString()).toBe("abcdef");
    const known = await begin(null);
    await patch(known, 0, Buffer.from("xy"));
    const told = await patch(known, 2, Buffer.alloc(0), { "upload-length": 2 });
    expect(told.headers.get("upload-file-id")).not.toBeNull();
  });

  test.each(["sha1", "sha256", "md5"])("a checksum by %s is judged before anything moves", async (algorithm) => {
    const bytes = randomBytes(17 * MiB);
    const path = await begin(bytes.length + 10);
    const digest = createHash(algorithm).update(bytes).digest("base64");
    const wrong = Buffer.from(bytes);
    wrong[wrong.length - 1] = (wrong.at(-1) as number) ^ 1;
    const refused = await patch(path, 0, wrong, { "upload-checksum": `${algorithm} ${digest}` });
    expect([refused.status, await codeOf(refused)]).toEqual([460, "checksum_mismatch"]);
    expect(await offsetOf(path)).toBe(0);
    expect((await patch(path, 0, bytes, { "upload-checksum": `${algorithm} ${digest}` })).status).toBe(204);
    expect(await offsetOf(path)).toBe(bytes.length);
    const short = await patch(path, bytes.length, Buffer.from("0123456789"), {
      "upload-checksum": `${algorithm} AAAA`,
    });
    expect(short.status).toBe(460);
    expect((await patch(path, bytes.length, Buffer.from("x"), { "upload-checksum": "crc7 AAAA" })).status).toBe(400);
    const end = await patch(path, bytes.length, Buffer.from("0123456789"));
    expect(
      (await ann.read(end.headers.get("upload-file-id") as string)).equals(
        Buffer.concat([bytes, Buffer.from("0123456789")]),
      ),
    ).toBe(true);
  });

  test("a wrong offset, too many bytes, another media type or version move nothing", async () => {
    const path = await begin(10);
    await patch(path, 0, Buffer.from("abc"));
    for (const offset of [0, 2, 4, 10, 11]) {
      const answer = await patch(path, offset, Buffer.from("x"));
      expect([answer.status, answer.headers.get("upload-offset")]).toEqual([409, "3"]);
    }
    expect((await patch(path, 3, Buffer.from("x"), { "upload-offset": "abc" })).status).toBe(400);
    expect((await patch(path, 3, Buffer.from("x"), { "upload-offset": "-1" })).status).toBe(400);
    expect((await patch(path, 3, Buffer.from("x".repeat(8)))).status).toBe(413);
    expect((await patch(path, 3, Buffer.from("x"), { "content-type": "application/octet-stream" })).status).toBe(415);
    for (const version of ["0.2.2", "2.0.0"]) {
      const answer = await patch(path, 3, Buffer.from("x"), { "tus-resumable": version });
      expect([answer.status, answer.headers.get("tus-version")]).toEqual([412, "1.0.0"]);
    }
    const bare = await ann.fetch(path, { method: "HEAD" });
    expect([bare.status, bare.headers.get("tus-version")]).toEqual([412, "1.0.0"]);
    expect(await offsetOf(path)).toBe(3);
    expect((await patch(path, 3, Buffer.from("defghij"))).status).toBe(204);
  });

  test.each([
    ["no length", {}],
    ["two lengths", { "upload-length": 1, "upload-defer-length": 1 }],
    ["a negative length", { "upload-length": "-1" }],
    ["a length that is no number", { "upload-length": "1e3" }],
    ["a deferral that is not 1", { "upload-defer-length": 2 }],
  ])("%s begins nothing", async (_what, headers) => {
    const answer = await tus(ann, "POST", uploads, {
      headers: { ...headers, "upload-metadata": metadataOf({ filename: "x" }) },
    });
    expect(answer.status).toBe(400);
  });

  test.each([
    ["!!!", 400],
    ["filename", 422],
    ["filename YQ==,filename YQ==", 400],
    ["filename YQ==,,", 400],
    ["filename YQ== b", 400],
    ["", 400],
    ["filename YQ==,parentId bm9wZQ==", 400],
    ["filename YQ==,onConflict bm9wZQ==", 400],
    ["filename YQ==,lastModified bm9wZQ==", 400],
    [`filename YQ==,parentId ${Buffer.from("01890000-0000-7000-8000-000000000000").toString("base64")}`, 404],
  ])("metadata %j is refused with %d", async (metadata, status) => {
    const answer = await tus(ann, "POST", uploads, { headers: { "upload-length": 1, "upload-metadata": metadata } });
    expect(answer.status).toBe(status);
  });

  insideTest("what is too large is refused before it is sent", async () => {
    const answer = await tus(ann, "POST", uploads, {
      headers: { "upload-length": 201 * MiB, "upload-metadata": metadataOf({ filename: "huge" }) },
    });
    expect([answer.status, await codeOf(answer)]).toEqual([413, "too_large"]);
  });

  test("more than was announced is refused so that the client sees it, however much it still sends", async () => {
    const path = await begin(MiB);
    const answer = await patch(path, 0, randomBytes(9 * MiB));
    expect([answer.status, await codeOf(answer)]).toEqual([413, "too_large"]);
    expect(await offsetOf(path)).toBe(0);
  });

  test("a connection that is cut keeps what came", async () => {
    const bytes = randomBytes(20 * MiB);
    const path = await begin(bytes.length);
    const sent = 3 * MiB + 17;
    const socket = await openPatch(path, 0, bytes.length, bytes.subarray(0, sent));
    await hangUp(socket);
    expect(await offsetOf(path)).toBe(sent);
    const more = await openPatch(path, sent, bytes.length - sent, bytes.subarray(sent, 18 * MiB));
    await hangUp(more);
    expect(await offsetOf(path)).toBe(18 * MiB);
    const end = await patch(path, 18 * MiB, bytes.subarray(18 * MiB));
    expect((await ann.read(end.headers.get("upload-file-id") as string)).equals(bytes)).toBe(true);
  });

  insideTest("a client that comes back while the old connection hangs takes over", async () => {
    const bytes = randomBytes(2 * MiB);
    const path = await begin(bytes.length);
    const hanging = await openPatch(path, 0, bytes.length, bytes.subarray(0, MiB));
    await eventually(async () => (await lockOf(path)) !== null);
    // Asking where it stands ends the old request; what that had brought until then counts.
    const offset = await offsetOf(path);
    expect(offset).toBeLessThanOrEqual(MiB);
    const end = await patch(path, offset, bytes.subarray(offset));
    expect(end.status).toBe(204);
    hanging.destroy();
    expect((await ann.read(end.headers.get("upload-file-id") as string)).equals(bytes)).toBe(true);
  });

  test("a client that asks just when the old request begins is answered soon", async () => {
    const path = await begin(2 * MiB);
    const lines = ["host: x", `authorization: Bearer ${ann.token}`, "tus-resumable: 1.0.0", `content-type: ${tusType}`];
    const request = [`PATCH ${path} HTTP/1.1`, ...lines, "upload-offset: 0", `content-length: ${MiB}`, "", ""];
    for (let round = 0; round < 40; round++) {
      const socket = openConnection(server.url);
      socket.on("error", () => {}).resume();
      socket.write(request.join("\r\n"));
      for (let asked = 0; asked < 10; asked++) expect((await head(path)).status).toBe(200);
      socket.destroy();
    }
  });

  test("ten rivals at one offset: one wins, the others are told where it stands", async () => {
    for (let round = 0; round < 3; round++) {
      const path = await begin(4000);
      const parts = Array.from({ length: 10 }, (_, i) => Buffer.alloc(1000, i));
      const answers = await Promise.all(parts.map((part) => patch(path, 0, part)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
      for (const status of statuses) expect([204, 409, 423]).toContain(status);
      expect(await offsetOf(path)).toBe(1000);
      await tus(ann, "DELETE", path);
    }
  });

  test("giving up frees what was reserved, and nobody else can touch it", async () => {
    const path = await begin(100);
    await patch(path, 0, Buffer.from("abc"));
    const bob = await server.person();
    for (const [method, options] of [
      ["HEAD", {}],
      ["DELETE", {}],
      ["PATCH", { headers: { "upload-offset": 3 }, body: Buffer.from("x") }],
    ] as const)
      expect((await tus(bob, method, path, options)).status).toBe(404);
    expect(await offsetOf(path)).toBe(3);
    expect((await ann.call(listUploads)).items).toContainEqual(expect.objectContaining({ size: 100, offset: 3 }));
    expect((await tus(ann, "DELETE", path)).status).toBe(204);
    expect((await head(path)).status).toBe(404);
    expect((await patch(path, 3, Buffer.from("x"))).status).toBe(404);
    const done = await begin(1);
    await patch(done, 0, Buffer.from("x"));
    expect((await tus(ann, "DELETE", done)).status).toBe(410);
    expect((await tus(ann, "HEAD", `${uploads}/not-an-id`)).status).toBe(400);
  });

  insideTest("an upload that ran out is gone, and is swept with what it held", async () => {
    const path = await begin(100);
    const answer = await patch(path, 0, Buffer.from("abc"));
    expect(new Date(answer.headers.get("upload-expires") as string).getTime()).toBeGreaterThan(Date.now());
    const id = path.split("/").at(-1);
    await server.inside.services.pool.query(
      "update holdfast.uploads set expires_at = now() - interval '1 minute' where id = $1",
      [id],
    );
    expect((await head(path)).status).toBe(410);
    expect((await patch(path, 3, Buffer.from("x"))).status).toBe(410);
    const sweep = server.inside.services.handlers.find(({ definition }) => definition.name === "uploads.sweep");
    await sweep?.run({}, { signal: new AbortController().signal, log: server.inside.services.log } as never);
    expect((await head(path)).status).toBe(404);
  });

  test("the method may hide in a header where nothing but POST gets through", async () => {
    const path = await begin(3);
    const post = (method: string, headers: Record<string, string | number> = {}, body?: Uint8Array) =>
      tus(ann, "POST", path, { headers: { "x-http-method-override": method, ...headers }, ...(body ? { body } : {}) });
    expect((await post("PATCH", { "upload-offset": 0 }, Buffer.from("ab"))).status).toBe(204);
    expect((await post("HEAD")).headers.get("upload-offset")).toBe("2");
    expect((await post("GET")).status).toBe(405);
    expect((await post("DELETE")).status).toBe(204);
    expect((await head(path)).status).toBe(404);
    const file = await ann.put("not by this way", "x");
    const other = await ann.fetch(`/api/v1/files/${file.id}`, {
      method: "POST",
      headers: { "x-http-method-override": "DELETE" },
    });
    expect(other.status).toBe(405);
    expect((await ann.read(file.id)).toString()).toBe("x");
  });

  test("a name that is taken meanwhile: told at the end, and the bytes wait for another answer", async () => {
    await ann.put("taken", "old");
    const path = await begin(3, { filename: "taken" });
    expect((await patch(path, 0, Buffer.from("new"))).status).toBe(409);
    // The last byte is acknowledged with the file alone: a length that is reached means done.
    expect(await offsetOf(path)).toBe(2);
    const versioned = await begin(3, { filename: "taken", onConflict: "replace" });
    expect((await patch(versioned, 0, Buffer.from("new"))).status).toBe(204);
    const renamed = await begin(3, { filename: "taken", onConflict: "rename" });
    expect((await patch(renamed, 0, Buffer.from("new"))).status).toBe(204);
    const names = (await ann.call(listFiles, { query: { q: "taken" } })).items.map(({ name }) => name);
    expect(names).toEqual(["taken", "taken (2)"]);
    const { items } = await ann.call(listFiles, { query: { q: "taken (2)" } });
    await ann.fetch(`/api/v1/files/${items[0]?.id}`, { method: "DELETE" });
    const [old] = (await ann.call(listFiles, { query: { q: "taken" } })).items;
    await ann.fetch(`/api/v1/files/${old?.id}?permanent=true`, { method: "DELETE" });
    const end = await patch(path, 3, Buffer.alloc(0));
    expect((await ann.read(end.headers.get("upload-file-id") as string)).toString()).toBe("new");
  });

  test("use of storage is what is stored, once all is told", async () => {
    const bob = await server.person();
    await tus(bob, "POST", uploads, {
      headers: { "upload-length": 5, "upload-metadata": metadataOf({ filename: "five" }) },
      body: Buffer.from("12345"),
    });
    expect((await bob.call(me)).usedBytes).toBe(5);
  });
});
