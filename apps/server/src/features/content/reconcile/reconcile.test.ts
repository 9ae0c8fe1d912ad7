import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { adminStorageReport } from "@holdfast/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Person } from "../../../../../../tests/support/person.ts";
import { startServer, type TestServer } from "../../../../../../tests/support/server.ts";
import { runS3rver } from "../../../../../../tests/support/stand-ins.ts";
import { reconcile, type StorageReport, segmentKey } from "../index.ts";

/** The object store and the tables compared: what is judged is what lies in the store's folder, and what a client can read. */
const HOUR = 3_600_000;
const { signal } = new AbortController();
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await server.person("owner");
});
afterAll(() => server.close());

const fileOf = (sha256: Buffer) => join(server.dataDir, "objects", segmentKey(sha256));
const exists = (sha256: Buffer) =>
  stat(fileOf(sha256)).then(
    () => true,
    () => false,
  );

/** An object that no row knows, stored so many hours ago. */
async function orphan(ageHours: number): Promise<Buffer> {
  const bytes = randomBytes(500);
  const sha256 = hashOf(bytes);
  await server.services.store.put(segmentKey(sha256), bytes);
  await age(sha256, ageHours);
  return sha256;
}
async function age(sha256: Buffer, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * HOUR);
  await utimes(fileOf(sha256), then, then);
}
async function run(mode: "look" | "report" | "remove", confirmed?: number): Promise<StorageReport> {
  const given = confirmed === undefined ? {} : { confirmed };
  return (await reconcile(server.services.files, { mode, signal, ...given })) as StorageReport;
}
const query = (text: string, values: unknown[] = []) => server.services.pool.query(text, values);

beforeEach(async () => {
  await query("delete from holdfast.storage_reports");
  await query("delete from holdfast.storage_orphans");
});

test("objects without a row are reported first, and removed by a later run when the grace is over", async () => {
  const contents = Array.from({ length: 30 }, () => randomBytes(2000));
  const files = await Promise.all(contents.map((bytes, i) => person.put(`kept ${i}.bin`, bytes)));
  for (const bytes of contents) await age(hashOf(bytes), 1000);
  const [old, young] = [await orphan(50), await orphan(47)];
  // Touched by an upload that is under way, and nothing refers to it yet.
  const touched = await orphan(50);
  await query("insert into holdfast.segments (sha256, size) values ($1, 500)", [touched]);

  expect(await run("look")).toMatchObject({ unreferenced: 2, unreferencedBytes: 1000, removed: 0, missing: 0 });
  expect(await run("remove")).toMatchObject({ unreferenced: 2, removed: 0, refusal: null });
  expect(await Promise.all([old, young, touched].map(exists))).toEqual([true, true, true]);

  expect(await run("remove")).toMatchObject({ unreferenced: 2, removed: 1, removedBytes: 500, missing: 0 });
  expect(await Promise.all([old, young, touched].map(exists))).toEqual([false, true, true]);

  await age(young, 49);
  expect(await run("report")).toMatchObject({ unreferenced: 1, removed: 0 });
  expect(await exists(young)).toBe(true);
  expect(await run("remove")).toMatchObject({ unreferenced: 1, removed: 1 });
  expect(await run("report")).toMatchObject({ unreferenced: 0 });
  for (const [i, file] of files.entries())
    expect((await person.read(file.id)).equals(contents[i] as Buffer)).toBe(true);
  const { rows } = await query("select count(*)::int as n from holdfast.segments where sha256 = $1", [touched]);
  expect(rows).toEqual([{ n: 1 }]);
});

test("what was only looked at was not announced: it stays", async () => {
  const old = await orphan(100);
  await run("look");
  await run("look");
  expect(await run("remove")).toMatchObject({ removed: 0 });
  expect(await exists(old)).toBe(true);
  await rm(fileOf(old));
});

test("missing objects and those of a wrong size are named with their files, and an admin reads it", async () => {
  const [gone, short] = [randomBytes(3000), randomBytes(3000)];
  const lost = await person.put("lost.bin", gone);
  await person.put("short.bin", short);
  await person.put("short again.bin", short);
  await rm(fileOf(hashOf(gone)));
  await truncate(fileOf(hashOf(short)), 1000);
  const report = await run("report");
  expect(report).toMatchObject({ missing: 1, wrongSize: 1 });
  const { report: told } = await server.admin.call(adminStorageReport, {});
  expect(told).toMatchObject({ missing: 1, wrongSize: 1, refusal: null });
  const byKind = new Map(told?.problems.map((problem) => [problem.kind, problem]));
  expect(byKind.get("missing")).toMatchObject({
    sha256: hashOf(gone).toString("hex"),
    expected: 3000,
    found: null,
    files: [{ fileId: lost.id, path: "/lost.bin", owner: person.email }],
  });
  expect(byKind.get("wrong-size")).toMatchObject({ expected: 3000, found: 1000 });
  expect(
    byKind
      .get("wrong-size")
      ?.files.map(({ path }) => path)
      .sort(),
  ).toEqual(["/short again.bin", "/short.bin"]);
  // The same bytes sent again make it whole.
  await person.put("lost again.bin", gone);
  await person.put("short once more.bin", short);
  expect(await run("report")).toMatchObject({ missing: 0, wrongSize: 0 });
});

test("with much of the store unknown to the tables nothing goes, unless its number is confirmed", async () => {
  const many = await Promise.all(Array.from({ length: 60 }, () => orphan(500)));
  await run("report");
  const refused = await run("remove");
  expect(refused).toMatchObject({ unreferenced: 60, removed: 0 });
  expect(refused.refusal).toContain("--confirm 60");
  expect(await run("remove", 59)).toMatchObject({ removed: 0 });
  expect((await Promise.all(many.map(exists))).every(Boolean)).toBe(true);
  expect(await run("remove", 60)).toMatchObject({ removed: 60, refusal: null });
  expect((await Promise.all(many.map(exists))).some(Boolean)).toBe(false);
});

test("a store that another installation has marked keeps everything", async () => {
  const old = await orphan(500);
  await run("report");
  const mark = join(server.dataDir, "objects", "installations", "11111111-1111-1111-1111-111111111111");
  await writeFile(mark, "since before\n");
  const refused = await run("remove", 1);
  expect(refused.removed).toBe(0);
  expect(refused.refusal).toContain("installations/11111111-1111-1111-1111-111111111111");
  expect(await exists(old)).toBe(true);
  await rm(mark);
  expect(await run("remove")).toMatchObject({ removed: 1 });
});

test("leftovers of cut short writes go after a day, and unknown objects never", async () => {
  const folder = join(server.dataDir, "objects", ".tmp");
  const then = new Date(Date.now() - 25 * HOUR);
  await writeFile(join(folder, "cut-short"), "1234");
  await utimes(join(folder, "cut-short"), then, then);
  await writeFile(join(folder, "at-work"), "1");
  await server.services.store.put("segments/ab/notes.txt", Buffer.from("somebody's"));
  await utimes(join(server.dataDir, "objects/segments/ab/notes.txt"), then, then);
  expect(await run("report")).toMatchObject({ leftovers: 1, leftoverBytes: 4, unknown: 1 });
  await run("remove");
  expect(await readdir(folder)).toEqual(["at-work"]);
  await server.services.store.delete(["segments/ab/notes.txt"]);
  await rm(join(folder, "at-work"));
});

/** Orphans that may go, and their bytes sent as files when the removal has come to `moment`. Whatever was acknowledged must be readable. */
async function raceWith(name: string, moment: "before the claim" | "while it deletes"): Promise<void> {
  const contents = Array.from({ length: 40 }, () => randomBytes(1000));
  for (const bytes of contents) {
    await server.services.store.put(segmentKey(hashOf(bytes)), bytes);
    await age(hashOf(bytes), 500);
  }
  await run("report");
  const uploads: Promise<{ bytes: Buffer; id: string }>[] = [];
  let settled = false;
  const upload = () => {
    for (const [i, bytes] of contents.entries()) {
      uploads.push(person.put(`${name} ${i}.bin`, bytes).then(({ id }) => ({ bytes, id })));
    }
    return Promise.allSettled(uploads).then(() => {
      settled = true;
    });
  };
  const { store } = server.services.files;
  const watched = {
    ...store,
    async put(key: string, bytes: Uint8Array) {
      // The store's clock is asked last before anything is removed.
      if (moment === "before the claim" && key.startsWith("clock/")) await upload();
      return store.put(key, bytes);
    },
    async delete(keys: readonly string[]) {
      if (moment === "while it deletes" && uploads.length === 0 && keys[0]?.startsWith("segments/")) {
        void upload();
        // Until an upload waits for the claim, or all of them are through, which is what must not happen.
        await expect
          .poll(async () => {
            const { rows } = await query(
              "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into holdfast.segments as s%'",
            );
            return rows.length > 0 || settled;
          })
          .toBe(true);
      }
      return store.delete(keys);
    },
  };
  const deps = { ...server.services.files, store: watched };
  const report = await reconcile(deps, { mode: "remove", signal, confirmed: 40 });
  expect(report).toMatchObject({ unreferenced: 40, missing: 0, refusal: null });
  expect(uploads).toHaveLength(40);
  for (const { bytes, id } of await Promise.all(uploads)) expect((await person.read(id)).equals(bytes)).toBe(true);
  expect(await run("look")).toMatchObject({ missing: 0, wrongSize: 0, unreferenced: 0 });
}

test("bytes that are uploaded while their old object is about to go stay", () => raceWith("about", "before the claim"));

test("bytes that are uploaded while their old object goes are stored again", () =>
  raceWith("during", "while it deletes"));

test("thousands of rows of one folder are compared a page at a time", async () => {
  const hashes = Array.from({ length: 5000 }, () => Buffer.concat([Buffer.from([0xab]), randomBytes(31)]));
  await query("insert into holdfast.segments (sha256, size) select n, 1 from unnest($1::bytea[]) n", [hashes]);
  const before = await run("look");
  expect(before.segments).toBeGreaterThanOrEqual(5000);
  // Nothing refers to these rows: their objects are awaited, not missed.
  expect(before.missing).toBe(0);
  await query("delete from holdfast.segments where sha256 = any($1::bytea[])", [hashes]);
  expect(await run("look")).toMatchObject({ segments: before.segments - 5000 });
});

test("a bucket is compared in the same way", async () => {
  const s3 = await runS3rver();
  const other = await startServer({
    STORAGE_DRIVER: "s3",
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: s3.bucket,
    S3_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  });
  try {
    const owner = await other.person("bucket-owner");
    const bytes = randomBytes(4000);
    const file = await owner.put("kept.bin", bytes);
    const stray = randomBytes(700);
    await other.services.store.put(segmentKey(hashOf(stray)), stray);
    // The bucket tells times to the second.
    const deps = { ...other.services.files, segmentGraceSeconds: -5 };
    expect(await reconcile(deps, { mode: "remove", signal })).toMatchObject({
      objects: 2,
      unreferenced: 1,
      removed: 0,
    });
    expect(await reconcile(deps, { mode: "remove", signal })).toMatchObject({
      unreferenced: 1,
      removed: 1,
      missing: 0,
    });
    expect(await other.services.store.head(segmentKey(hashOf(stray)))).toBeNull();
    expect((await owner.read(file.id)).equals(bytes)).toBe(true);
  } finally {
    await other.close();
    await s3.close();
  }
});
