import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { adminListAlerts, createBackup, createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { backUp, backupEnded, filesOfZip, sha256 } from "../backups/support.ts";
import { damageAll, flip, type Planted, pathOf, plant, segmentsOf } from "./damage.ts";
import { judge, type Question } from "./raw-judge.ts";

const random = new Random(Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31)));

let server: TestServer;
let ann: Person;
let marker: Planted;
beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: "fatal" });
});
beforeEach(async () => {
  ann = await server.person();
  marker = await plant(ann, "marker", random.bytes(1_000));
});
afterAll(() => server.close());

const content = (id: string) => `/api/v1/files/${id}/content`;
const ask = (question: Pick<Question, "path" | "expected"> & Partial<Question>) =>
  judge({
    ...{ url: server.url, headers: ann.headers, nextPath: content(marker.id), nextExpected: marker.bytes },
    ...question,
  });
const damage = (...files: Planted[]) => damageAll(server.dataDir, random, files, flip);
const isRefused = { outcome: "refused", code: "content_damaged" };

test("several ranges of a damaged file end before their end", async () => {
  const file = await plant(ann, "ranges", random.bytes(600_000));
  await damage(file);
  const seen = await ask({
    path: content(file.id),
    expected: file.bytes,
    accept: () => false,
    range: "bytes=0-9,20-29",
  });
  expect(seen.outcome).toBe("broken");
});

test("an archive that holds a damaged file ends before its end; healed, it is whole", async () => {
  const { id: folder } = await ann.call(createFolder, { body: { name: "folder" } });
  const files: Planted[] = [];
  for (const name of ["a", "b", "c"]) {
    const bytes = random.bytes(300_000);
    files.push({ id: (await ann.put(name, bytes, { parentId: folder })).id, bytes });
  }
  const path = `/api/v1/archives?ids=${folder}`;
  await backUp(ann);
  const bytes = random.bytes(5_000);
  const late: Planted = { id: (await ann.put("d", bytes, { parentId: folder })).id, bytes };
  await damage(...files, late);
  const seen = await ask({ path, expected: Buffer.alloc(0), accept: () => false });
  expect(seen.outcome).toBe("broken");
  await ann.put("d", late.bytes, { parentId: folder, onConflict: "replace" });
  const tree = await filesOfZip(await ann.fetch(path));
  expect([...tree.values()].sort()).toEqual([...files.map(({ bytes }) => sha256(bytes)), sha256(late.bytes)].sort());
});

test("a download by a link is refused, and given back to its limit", async () => {
  const file = await plant(ann, "shared", random.bytes(20_000));
  const { token } = await ann.call(createShare, {
    body: { fileId: file.id, linkType: "permanent", maxDownloads: 1 },
  });
  await damage(file);
  const path = `/api/v1/public/shares/${token}/content`;
  const seen = await ask({ path, expected: file.bytes });
  expect(seen).toMatchObject(isRefused);
  await ann.put("shared", file.bytes, { onConflict: "replace" });
  expect(await ask({ path, expected: file.bytes })).toEqual({ outcome: "right", next: true });
});

test("what was written behind its back is read again, however lately it was verified", async () => {
  for (const size of [2_000, 700_000]) {
    const file = await plant(ann, `read ${size}`, random.bytes(size));
    for (let i = 0; i < 2; i++) {
      expect(await ask({ path: content(file.id), expected: file.bytes })).toEqual({ outcome: "right", next: true });
    }
    await damage(file);
    expect(await ask({ path: content(file.id), expected: file.bytes })).toMatchObject(isRefused);
  }
});

test("what is bad is moved aside, told to admins alone, and replaced by the next upload of the same bytes", async () => {
  const file = await plant(ann, "moved", random.bytes(9_000));
  const [name] = segmentsOf(file) as [Buffer];
  const path = pathOf(server.dataDir, name);
  await damage(file);
  const bad = await readFile(path);
  for (let i = 0; i < 3; i++)
    expect(await ask({ path: content(file.id), expected: file.bytes })).toMatchObject(isRefused);
  await expect(readFile(path)).rejects.toThrow("ENOENT");
  const aside = (await readdir(join(server.dataDir, "objects/quarantine"))).filter((entry) =>
    entry.startsWith(name.toString("hex")),
  );
  expect(aside).toHaveLength(1);
  expect((await readFile(join(server.dataDir, "objects/quarantine", aside[0] as string))).equals(bad)).toBe(true);

  const find = async (state: "open" | "all") =>
    (await server.admin.call(adminListAlerts, { query: { state } })).items.find(
      ({ subject }) => subject === name.toString("hex"),
    );
  expect(await find("open")).toMatchObject({
    ...{ kind: "content.damaged", severity: "critical", count: 1, resolvedAt: null },
    data: { healed: false, fileCount: 1, files: [{ id: file.id, email: ann.email, path: "/moved" }] },
  });
  expect((await ann.fetch("/api/v1/admin/alerts")).status).toBe(403);

  await ann.put("again", file.bytes);
  expect(await ask({ path: content(file.id), expected: file.bytes })).toEqual({ outcome: "right", next: true });
  const over = await eventually(async () => ((await find("open")) ? null : await find("all")), 20_000);
  expect(over).toMatchObject({ count: 1, resolvedAt: expect.any(String) });
});

test("that a piece was healed is told as well", async () => {
  const file = await plant(ann, "healed", random.bytes(9_000));
  await backUp(ann);
  await damage(file);
  expect(await ask({ path: content(file.id), expected: file.bytes })).toEqual({ outcome: "right", next: true });
  const { items } = await server.admin.call(adminListAlerts, { query: { state: "all" } });
  const [name] = segmentsOf(file) as [Buffer];
  expect(items.find(({ subject }) => subject === name.toString("hex"))).toMatchObject({
    ...{ severity: "warning", data: { healed: true }, resolvedAt: expect.any(String) },
  });
});

test("a small segment is healed from a repository whose list of pieces was lost", async () => {
  const file = await plant(ann, "unlisted", random.bytes(9_000));
  await backUp(ann);
  await server.services.pool.query("delete from holdfast.segment_chunks");
  await damage(file);
  expect(await ask({ path: content(file.id), expected: file.bytes })).toEqual({ outcome: "right", next: true });
});

test("a backup that meets a bad piece says so and names the file", async () => {
  const file = await plant(ann, "unsaved.txt", random.bytes(9_000));
  await damage(file);
  const { id } = await ann.call(createBackup, { body: {} });
  const backup = await backupEnded(ann, id);
  expect(backup).toMatchObject({ status: "failed", error: expect.stringContaining("unsaved.txt") });
});

test("the hash of a large file is never computed from other bytes than those that were stored", async () => {
  const { pool } = server.services;
  const file = await plant(ann, "large", random.bytes(17 * 1024 * 1024));
  const hashes = async () => {
    const { rows } = await pool.query<{ sha256: Buffer | null }>(
      "select c.sha256 from holdfast.contents c join holdfast.files f on f.content_id = c.id where f.id = $1",
      [file.id],
    );
    return rows[0]?.sha256?.toString("hex") ?? null;
  };
  expect(await eventually(hashes, 60_000)).toBe(sha256(file.bytes));
  await pool.query(
    "update holdfast.contents c set sha256 = null, crc32 = null from holdfast.files f where f.content_id = c.id and f.id = $1",
    [file.id],
  );
  await damage(file);
  const answer = await ann.fetch(`/api/v1/archives?ids=${file.id}`);
  if (answer.ok) await expect(answer.arrayBuffer()).rejects.toThrow();
  else expect(await answer.json()).toMatchObject({ code: "content_damaged" });
  expect(await hashes()).toBeNull();
}, 120_000);
