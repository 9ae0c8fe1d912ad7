import { afterAll, beforeAll, expect, test } from "vitest";
import {
  adminCleanStorage,
  adminMeasureStorage,
  adminStats,
  type StorageStats,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let anna: Person;
beforeAll(async () => {
  server = await startServer();
  anna = await server.person("anna");
});
afterAll(() => server.close());

const sql = (text: string, values: unknown[] = []) => server.services.pool.query(text, values);
async function measured(): Promise<StorageStats> {
  await server.runJob("storage.measure");
  return server.admin.call(adminStats, {});
}
const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));

test("before the first measurement there is nothing but the present", async () => {
  expect(await server.admin.call(adminStats, {})).toMatchObject({
    last: null,
    days: [],
    users: [],
    growth: { storedPerDay: null, days: 0 },
  });
});

test("everything is counted where it belongs: files, versions, trash, what is stored once and what nothing needs", async () => {
  const [picture, report] = [bytes(40_000), bytes(10_000)];
  await anna.put("a.jpg", picture);
  await anna.put("b.jpg", picture);
  const file = await anna.put("report.pdf", report);
  await anna.fetch(`/api/v1/files/content?name=report.pdf&onConflict=replace`, { method: "PUT", body: bytes(5_000) });
  const trashed = await anna.put("old.txt", bytes(2_000));
  await anna.fetch(`/api/v1/files/${trashed.id}`, { method: "DELETE" });
  const purged = await anna.put("gone.txt", bytes(3_000));
  await sql("update holdfast.files set purged_at = now() where id = $1", [purged.id]);
  await sql("insert into holdfast.segments (sha256, size) values (sha256('nobody'), 777)");

  const stats = await measured();
  expect(stats.last).toMatchObject({
    files: 3,
    fileBytes: 85_000,
    trashFiles: 1,
    trashBytes: 2_000,
    versions: 1,
    versionBytes: 10_000,
  });
  expect(stats.last).toMatchObject({ storedBytes: 40_000 + 10_000 + 5_000 + 2_000 + 3_000 + 777, abandonedBytes: 777 });
  expect(stats.last?.diskFree).toBeGreaterThan(0);
  expect(stats.kinds).toEqual([
    { kind: "image", files: 2, bytes: 80_000 },
    { kind: "document", files: 1, bytes: 5_000 },
  ]);
  expect(stats.users[0]).toMatchObject({
    email: anna.email,
    files: 3,
    bytes: 85_000,
    trashBytes: 2_000,
    versionBytes: 10_000,
  });
  expect(stats.cleaning.trash[0]).toEqual({ olderThanDays: 0, files: 1, bytes: 2_000 });
  expect(stats.largestFolders).toEqual([{ email: anna.email, files: 3, bytes: 85_000 }]);
  expect(stats.largestFiles.map((each) => each.bytes)).toEqual([40_000, 40_000, 5_000]);
  // Names, and ids by which one could be asked for, are for their owners alone.
  for (const secret of ["a.jpg", "report", file.id]) expect(JSON.stringify(stats)).not.toContain(secret);
});

test("a day that is measured again is the same day, and details are kept of the last alone", async () => {
  await sql(
    `insert into holdfast.storage_days select day - 1, measured_at - interval '1 day', files, file_bytes, trash_files, trash_bytes, versions, version_bytes,
       stored_bytes, abandoned_bytes, backup_bytes, disk_free, disk_size, took_ms, details from holdfast.storage_days`,
  );
  await sql("insert into holdfast.storage_days select '2020-01-01', now(), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1");
  await measured();
  const stats = await measured();
  expect(stats.days).toHaveLength(2);
  const { rows } = await sql(
    "select count(*)::int as days, count(details)::int as detailed from holdfast.storage_days",
  );
  expect(rows).toEqual([{ days: 2, detailed: 1 }]);
});

test("growth is said once there are enough days, and when the disk is full", async () => {
  expect((await measured()).growth).toMatchObject({ storedPerDay: null, daysUntilFull: null, daysNeeded: 7 });
  await sql(
    `insert into holdfast.storage_days (day, measured_at, files, file_bytes, trash_files, trash_bytes, versions, version_bytes, stored_bytes,
       abandoned_bytes, backup_bytes, disk_free, disk_size, took_ms)
     select (now() at time zone 'UTC')::date - n, now(), 1, 1, 0, 0, 0, 0, 1000000 - 10000 * n, 0, 0, 5000 + 100 * n, 100000, 1
     from generate_series(0, 40) n on conflict (day) do update set stored_bytes = excluded.stored_bytes, disk_free = excluded.disk_free`,
  );
  const { growth } = await server.admin.call(adminStats, {});
  expect(growth).toMatchObject({ storedPerDay: 10_000, daysUntilFull: 50, days: 41 });
});

test("an administrator empties trash of some age, everybody's, and it is noted", async () => {
  const [old, recent] = [await anna.put("old trash.txt", bytes(100)), await anna.put("new trash.txt", bytes(100))];
  for (const { id } of [old, recent]) await anna.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
  await sql("update holdfast.files set trashed_at = now() - interval '8 days' where id = $1", [old.id]);
  await server.admin.call(adminCleanStorage, { body: { what: "trash", olderThanDays: 7 } });
  await eventually(async () => (await sql("select from holdfast.files where id = $1", [old.id])).rowCount === 0);
  expect((await sql("select from holdfast.files where id = $1", [recent.id])).rowCount).toBe(1);
  const { rows } = await sql("select actor_id, detail from holdfast.audit_log where action = 'storage.clean'");
  expect(rows).toEqual([{ actor_id: server.admin.id, detail: { what: "trash", olderThanDays: 7 } }]);
  const answer = await server.admin.fetch("/api/v1/admin/storage/clean", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ what: "trash", olderThanDays: 0 }),
  });
  expect(answer.status).toBe(400);
});

test("a measurement that is asked for is made by a job", async () => {
  const before = (await server.admin.call(adminStats, {})).last?.measuredAt;
  await server.admin.call(adminMeasureStorage, {});
  await eventually(async () => (await server.admin.call(adminStats, {})).last?.measuredAt !== before, 20_000);
});
