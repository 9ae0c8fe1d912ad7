import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  adminUpdateUser,
  createAccessToken,
  createFolder,
  getFile,
  listFiles,
  type TokenScope,
} from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { openConnection } from "../../../support/raw-connection.ts";
import { eventually, startServer, type TestServer } from "../../../support/server.ts";
import { endOfTar, entryOf, type Made, recordsOf, tarOf } from "../../../support/uploads/tar.ts";
import { filesBelow, sendBatch, statuses } from "./support.ts";

vi.setConfig({ testTimeout: 120_000 });
const MiB = 1024 * 1024;

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
});
afterAll(() => server.close());

let count = 0;
const newFolder = async (person = ann) => (await person.call(createFolder, { body: { name: `folder ${count++}` } })).id;
const names = async (parentId: string) => (await filesBelow(ann, parentId)).map(({ path }) => path).toSorted();

const before = { path: "before", bytes: Buffer.from("1") };
const after = { path: "after", bytes: Buffer.from("2") };

describe("an entry that is refused does not stop the others", () => {
  const cases: [what: string, entry: Made, code: string][] = [
    ["a path above", { path: "../up" }, "invalid_name"],
    ["a path above in the middle", { path: "a/../../up" }, "invalid_name"],
    ["an absolute path", { path: "/etc/passwd" }, "invalid_name"],
    ["an empty name", { path: "a//b" }, "invalid_name"],
    ["a dot in the middle", { path: "a/./b" }, "invalid_name"],
    ["no name", { path: "" }, "name_taken"],
    ["a name that is no UTF-8", { path: Buffer.from([0x61, 0xff, 0x62]) }, "invalid_name"],
    ["a NUL in a pax path", { pax: { path: "a\0b" } }, "invalid_name"],
    ["a name of 256 bytes", { pax: { path: "n".repeat(256) } }, "invalid_name"],
    ["a path of 9,000 bytes", { pax: { path: "folder/".repeat(1300) } }, "invalid_name"],
    ["more folders than may lie inside each other", { pax: { path: `${"f/".repeat(201)}x` } }, "too_deep"],
    ["a hard link", { path: "hard", type: "1", size: 999 }, "not_a_file"],
    ["a symbolic link", { path: "soft", type: "2" }, "not_a_file"],
    ["a character device", { path: "device", type: "3" }, "not_a_file"],
    ["a block device", { path: "disk", type: "4" }, "not_a_file"],
    ["a pipe", { path: "pipe", type: "6" }, "not_a_file"],
    ["a sparse file of GNU", { path: "sparse", type: "S", bytes: randomBytes(700) }, "not_a_file"],
    [
      "a sparse file of pax",
      { path: "holes", bytes: randomBytes(700), pax: { "GNU.sparse.major": "1" } },
      "not_a_file",
    ],
    ["a kind that nobody knows", { path: "odd", type: "Z", bytes: randomBytes(700) }, "not_a_file"],
  ];
  test.each(cases)("%s", async (_what, entry, code) => {
    const parentId = await newFolder();
    const answer = await sendBatch(ann, tarOf(before, entry, after), { parentId });
    expect(answer.status).toBe(200);
    expect(answer.items.map((item) => item.code ?? item.status)).toEqual(["stored", code, "stored"]);
    expect(answer.items[1]?.detail).toMatch(/^[A-Z".].*\.$/s);
    expect(await names(parentId)).toEqual(["after", "before"]);
    const { items } = await ann.call(listFiles, { query: { parentId } });
    expect(items).toHaveLength(2);
  });
});

describe("an archive that cannot be read on", () => {
  const whole = tarOf(before, after);
  const broken = (at: number) => {
    const copy = Buffer.from(whole);
    copy[1024 + at] = 0x39;
    return copy;
  };
  const cases: [what: string, archive: Buffer][] = [
    ["a checksum that does not match", broken(10)],
    ["a size that is no number", Buffer.concat([entryOf(before), entryOf({ change: (h) => h.write("9x", 124) })])],
    ["a size below zero", Buffer.concat([entryOf(before), entryOf({ change: (h) => h.fill(0xff, 124, 136) })])],
    [
      "a size beyond all numbers",
      Buffer.concat([entryOf(before), entryOf({ change: (h) => h.fill(0x7f, 125, 136).fill(0x80, 124, 125) })]),
    ],
    [
      "records of pax that are cut",
      Buffer.concat([entryOf(before), entryOf({ type: "x", bytes: Buffer.from("30 path=x\n") }), whole]),
    ],
    ["a header of pax without end", Buffer.concat([entryOf(before), entryOf({ type: "x", size: 2 ** 32 }), whole])],
    ["a long name without end", Buffer.concat([entryOf(before), entryOf({ type: "L", size: 2 ** 32 }), whole])],
    ["no end", whole.subarray(0, -1024)],
    ["the end in a file", Buffer.concat([entryOf(before), entryOf({ ...after, size: 9999 })])],
    ["the end in a header", whole.subarray(0, 1024 + 100)],
    ["another archive after it", Buffer.concat([whole, whole])],
    ["no tar at all", randomBytes(5000)],
    ["nothing", Buffer.alloc(0)],
  ];
  test.each(cases)("%s", async (what, archive) => {
    const parentId = await newFolder();
    const answer = await sendBatch(ann, archive, { parentId });
    expect(answer).toMatchObject({ status: 400, problem: { code: "invalid_archive" } });
    const stored = what.startsWith("no tar") || what === "nothing" ? [] : ["before"];
    expect((await names(parentId)).filter((name) => name !== "after")).toEqual(stored);
    expect(answer.items.filter(({ path }) => path === "before").map(({ status }) => status)).toEqual(
      stored.map(() => "stored"),
    );
  });
});

test("more entries than one request takes: those before are stored, and told", async () => {
  const parentId = await newFolder();
  const entries = Array.from({ length: 1001 }, (_, n) => ({ path: `${n}`, bytes: Buffer.from(`${n}`) }));
  const answer = await sendBatch(ann, tarOf(...entries), { parentId });
  expect(answer).toMatchObject({ status: 413, problem: { code: "too_large" } });
  expect(answer.problem.detail).toMatch(/1000 entries and 1 GiB/);
  expect(answer.items).toHaveLength(1000);
  expect(statuses(answer.items)).toEqual(["stored"]);
  expect(await names(parentId)).toHaveLength(1000);
});

test("a body that is announced as too large is refused before it is sent", async () => {
  const socket = openConnection(server.url);
  const lines = ["POST /api/v1/files/batch HTTP/1.1", "host: x", `authorization: Bearer ${ann.token}`];
  socket.write(
    `${[...lines, "content-type: application/x-tar", `content-length: ${2 ** 30 + 1}`].join("\r\n")}\r\n\r\n`,
  );
  const [chunk] = (await once(socket, "data")) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 413/);
  socket.destroy();
});

test("a connection that is cut leaves what had come whole, and the same sent again stores the rest", async () => {
  const parentId = await newFolder();
  const entries = Array.from({ length: 60 }, (_, n) => ({
    path: `in/${n}`,
    bytes: randomBytes(n === 40 ? 2 * MiB : 30_000),
  }));
  const archive = tarOf(...entries);
  const cutAt = entries.slice(0, 40).reduce((sum, entry) => sum + entryOf(entry).length, 0) + MiB;
  const socket = openConnection(server.url);
  socket.on("error", () => {});
  const lines = [
    `POST /api/v1/files/batch?parentId=${parentId} HTTP/1.1`,
    "host: x",
    `authorization: Bearer ${ann.token}`,
  ];
  socket.write(
    `${[...lines, "content-type: application/x-tar", `content-length: ${archive.length}`].join("\r\n")}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => socket.write(archive.subarray(0, cutAt), () => resolve()));
  // Cut when the server has all of that, and waits for more.
  await eventually(async () => (await names(parentId)).length === 40);
  socket.destroy();
  await once(socket, "close");
  const again = await sendBatch(ann, archive, { parentId });
  expect(again.status).toBe(200);
  expect(again.items.map(({ status }) => status)).toEqual(entries.map((_, n) => (n < 40 ? "unchanged" : "stored")));
  for (const [n, { id }] of again.items.entries())
    expect((await ann.read(id as string)).equals(entries[n]?.bytes as Buffer)).toBe(true);
});

test("a quota that is reached in the middle refuses what does not fit, and no byte is charged for it", async () => {
  const bob = await server.person("bob");
  await server.admin.call(adminUpdateUser, { params: { id: bob.id }, body: { quotaBytes: 100_000 } });
  const parentId = await newFolder(bob);
  const entries = [
    ...Array.from({ length: 12 }, (_, n) => ({ path: `${n}`, bytes: randomBytes(9_000) })),
    { path: "large", bytes: randomBytes(3 * MiB) },
    { path: "small", bytes: Buffer.alloc(0) },
  ];
  const { status, items } = await sendBatch(bob, tarOf(...entries), { parentId });
  expect(status).toBe(200);
  expect(items.filter((item) => item.status === "stored")).toHaveLength(12);
  expect(items.filter((item) => item.code === "quota_exceeded")).toHaveLength(2);
  expect(items[12]).toMatchObject({ path: "large", code: "quota_exceeded" });
  const { usedBytes } = (await (await bob.fetch("/api/v1/me")).json()) as { usedBytes: number };
  expect(usedBytes).toBe(11 * 9_000);
});

test("memory is bounded with a large entry and many small ones beside it", async () => {
  const parentId = await newFolder();
  const part = randomBytes(MiB);
  const parts = 600;
  const header = entryOf({ path: "large", size: parts * MiB });
  const small = Array.from({ length: 300 }, (_, n) => entryOf({ path: `${n}`, bytes: randomBytes(8192) }));
  global.gc?.();
  const usual = process.memoryUsage().rss;
  let peak = 0;
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      peak = Math.max(peak, process.memoryUsage().rss);
      const next = small.pop() ?? (sent++ === 0 ? header : sent <= parts + 1 ? part : endOfTar);
      controller.enqueue(next);
      if (next === endOfTar) controller.close();
    },
  });
  const { status, items } = await sendBatch(ann, body, { parentId });
  expect(status).toBe(200);
  expect(items).toHaveLength(301);
  const file = await ann.call(getFile, { params: { id: items[300]?.id as string } });
  expect(file.fileSize).toBe(parts * MiB);
  // Client and server are one process here.
  expect((peak - usual) / MiB).toBeLessThan(300);
});

test("a global header of pax counts for all that follow, a local one for the next", async () => {
  const parentId = await newFolder();
  const global = entryOf({ path: "g", type: "g", bytes: recordsOf({ mtime: "1000000000.25" }) });
  const archive = Buffer.concat([global, entryOf({ ...before, pax: { mtime: "-1.5" } }), entryOf(after), endOfTar]);
  expect((await sendBatch(ann, archive, { parentId })).status).toBe(200);
  const { items } = await ann.call(listFiles, { query: { parentId } });
  expect(items.map(({ name, lastModified }) => [name, lastModified])).toEqual([
    ["after", "2001-09-09T01:46:40.250Z"],
    ["before", "1969-12-31T23:59:58.500Z"],
  ]);
});

test("each file and folder has its entry in the audit log, what is refused has none, and a token needs its scope", async () => {
  const parentId = await newFolder();
  const tokenOf = async (scope: TokenScope) =>
    (await ann.call(createAccessToken, { body: { name: scope, scopes: [scope] } })).token;
  const send = (token: string) =>
    fetch(`${server.url}/api/v1/files/batch?parentId=${parentId}`, {
      ...{ method: "POST", headers: { authorization: `Bearer ${token}` } },
      body: tarOf({ path: "in/a", bytes: Buffer.from("a") }, { path: "in/../b" }, { path: "in/c" }),
    });
  const refused = await send(await tokenOf("files:read"));
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, "token_scope_missing"]);
  const answer = await send(await tokenOf("files:write"));
  expect(answer.status).toBe(200);
  const { rows } = await server.services.pool.query(
    "select action from holdfast.audit_log where request_id = $1 and actor_id = $2 order by action",
    [answer.headers.get("x-request-id"), ann.id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["file.upload", "file.upload", "folder.create"]);
});
