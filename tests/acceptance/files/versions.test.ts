import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  adminUpdateUser,
  copyFile,
  createFolder,
  deleteFile,
  deleteVersion,
  deleteVersions,
  type FileVersion,
  listVersions,
  me,
  restoreVersion,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer({ HOLDFAST_KEEP_VERSIONS: "all 2d, daily 10d, weekly 60d, most 12" });
});
beforeEach(async () => {
  ann = await server.person();
});
afterAll(() => server.close());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code,
  );
const used = async () => (await ann.call(me)).usedBytes;
const versionsOf = async (id: string): Promise<FileVersion[]> =>
  (await ann.call(listVersions, { params: { id } })).items;
/** A file of so many versions, the first of 1000 bytes, each next one of a byte more. Returns its id. */
async function fileOf(count: number, name = "report.txt"): Promise<string> {
  let id = "";
  for (let n = 0; n < count; n++) ({ id } = await ann.put(name, randomBytes(1000 + n), { onConflict: "replace" }));
  return id;
}

describe("deleting", () => {
  test("one version takes that one and its bytes, and no other", async () => {
    const id = await fileOf(4);
    const all = await versionsOf(id);
    const [current, , second] = all as [FileVersion, FileVersion, FileVersion];
    const kept = await ann.read(id, `?version=${all[1]?.id}`);
    const before = await used();
    const one = { params: { id, versionId: second.id } };
    await ann.call(deleteVersion, one);
    expect((await versionsOf(id)).map((version) => version.id)).toEqual(
      all.filter(({ id }) => id !== second.id).map((version) => version.id),
    );
    expect(await used()).toBe(before - second.fileSize);
    expect((await ann.read(id, `?version=${all[1]?.id}`)).equals(kept)).toBe(true);
    expect((await ann.fetch(`/api/v1/files/${id}/content?version=${second.id}`)).status).toBe(404);
    expect(await codeOf(ann.call(deleteVersion, one))).toBe("not_found");
    expect(await codeOf(ann.call(deleteVersion, { params: { id, versionId: current.id } }))).toBe("conflict");
  });

  test("all earlier versions leaves the current one, and says what they held", async () => {
    const id = await fileOf(5);
    const bytes = await ann.read(id);
    expect(await ann.call(deleteVersions, { params: { id } })).toEqual({ deleted: 4, bytes: 4006, left: false });
    expect(await versionsOf(id)).toHaveLength(1);
    expect(await used()).toBe(bytes.length);
    expect((await ann.read(id)).equals(bytes)).toBe(true);
    expect(await ann.call(deleteVersions, { params: { id } })).toEqual({ deleted: 0, bytes: 0, left: false });
  });

  test("takes no bytes that something else has: a copy, or the version that was restored", async () => {
    const id = await fileOf(2);
    const copy = await ann.call(copyFile, { params: { id }, body: { name: "copy.txt" } });
    const [, first] = (await versionsOf(id)) as [FileVersion, FileVersion];
    await ann.call(restoreVersion, { params: { id, versionId: first.id } });
    await ann.call(deleteVersions, { params: { id } });
    expect(await ann.read(id)).toHaveLength(1000);
    expect(await ann.read(copy.id)).toHaveLength(1001);
  });

  test("is for who may delete the file, wherever it stands", async () => {
    const id = await fileOf(3);
    const [, former] = (await versionsOf(id)) as [FileVersion, FileVersion];
    const bob = await server.person();
    expect(await codeOf(bob.call(deleteVersion, { params: { id, versionId: former.id } }))).toBe("not_found");
    expect(await codeOf(bob.call(deleteVersions, { params: { id } }))).toBe("not_found");
    const folder = await ann.call(createFolder, { body: { name: "folder" } });
    expect(await codeOf(ann.call(deleteVersions, { params: { id: folder.id } }))).toBe("not_a_file");
    await ann.call(deleteFile, { params: { id } });
    expect(await ann.call(deleteVersions, { params: { id } })).toMatchObject({ deleted: 2 });
  });

  test("at once with restoring, the file is always whole and the use exact", async () => {
    const id = await fileOf(8);
    const former = (await versionsOf(id)).slice(1);
    await Promise.all(
      former.flatMap(({ id: versionId }) => [
        codeOf(ann.call(restoreVersion, { params: { id, versionId } })),
        codeOf(ann.call(deleteVersion, { params: { id, versionId } })),
      ]),
    );
    const left = await versionsOf(id);
    for (const version of left) expect(await ann.read(id, `?version=${version.id}`)).toHaveLength(version.fileSize);
    expect(await used()).toBe(left.reduce((sum, { fileSize }) => sum + fileSize, 0));
  });
});

test("a full quota says what earlier versions hold, and deleting them makes room", async () => {
  const id = await fileOf(4);
  await server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes: 4100 } });
  await expect(ann.put("more.txt", randomBytes(1000))).rejects.toThrow(
    /Earlier versions hold 3 KB of it. Delete files or earlier versions/,
  );
  await ann.call(deleteVersions, { params: { id } });
  await ann.put("more.txt", randomBytes(1000));
});

insideTest("deleting is noted, and the bytes go from the store", async () => {
  const { db } = server.inside.services;
  const id = await fileOf(3);
  const sweep = async () => {
    await db.query("update holdfast.segments set touched_at = touched_at - interval '3 days'");
    await server.inside.runJob("files.sweep-segments");
  };
  const segments = async () =>
    (await db.query<{ count: number }>("select count(*)::int as count from holdfast.segments")).rows[0]?.count ?? 0;
  await sweep();
  const before = await segments();
  await ann.call(deleteVersions, { params: { id } });
  const { rows } = await db.query(
    "select actor_id, detail from holdfast.audit_log where target_id = $1 and action = 'file.delete-versions'",
    [id],
  );
  expect(rows).toEqual([{ actor_id: ann.id, detail: { deleted: 2, bytes: 2001 } }]);
  await sweep();
  expect(await segments()).toBe(before - 2);
  expect(await ann.read(id)).toHaveLength(1002);
});

insideTest(
  "each night what the rules do not keep goes: all of two days, one a day, one a week, and so many at most",
  async () => {
    const { db } = server.inside.services;
    const id = await fileOf(41);
    const others = await fileOf(2, "other.txt");
    const former = (await versionsOf(id)).slice(1).reverse();
    // Two a day, for 20 days: the newest is a day and a half old. One more is of last year.
    for (const [n, version] of former.entries()) {
      const hours = n === 0 ? 400 * 24 : 36 + (former.length - 1 - n) * 12;
      await db.query(
        "update holdfast.file_versions set created_at = date_trunc('day', now()) + interval '6 hours' - make_interval(hours => $2) where id = $1",
        [version.id, hours],
      );
    }
    const before = await used();
    const lines = await server.inside.runJob("files.thin-versions");
    const left = await versionsOf(id);
    const ages = left.slice(1).map(({ createdAt }) => (Date.now() - Date.parse(createdAt)) / 86_400_000);
    // Eight or nine days, up to two weeks before them, up to two of the last two days: what falls where depends on the hour and the weekday.
    expect(ages.length).toBeGreaterThanOrEqual(9);
    expect(ages.length).toBeLessThanOrEqual(12);
    expect(Math.max(...ages)).toBeLessThan(61);
    const days = left.slice(1).map(({ createdAt }) => createdAt.slice(0, 10));
    const daily = days.filter((_, n) => (ages[n] as number) > 2);
    expect(new Set(daily).size).toBe(daily.length);
    // After ten days, one a week: the newest of it.
    expect(ages.filter((age) => age > 11).length).toBeLessThanOrEqual(2);
    expect(await used()).toBe(
      before -
        former
          .filter(({ id }) => !left.some((kept) => kept.id === id))
          .reduce((sum, { fileSize }) => sum + fileSize, 0),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: "earlier versions were thinned out", deleted: 41 - left.length }),
    );
    expect(await versionsOf(others)).toHaveLength(2);
    // Once more changes nothing.
    expect(await server.inside.runJob("files.thin-versions")).toEqual([]);
    expect(await versionsOf(id)).toHaveLength(left.length);
  },
);

insideTest("a version that was replaced a moment ago stays, however old it is", async () => {
  const { db } = server.inside.services;
  const id = await fileOf(3, "old.txt");
  const [, second, first] = await versionsOf(id);
  const age = (version: string | undefined, years: number) =>
    db.query("update holdfast.file_versions set created_at = now() - make_interval(years => $2) where id = $1", [
      version,
      years,
    ]);
  await age(first?.id, 21);
  await age(second?.id, 20);
  await server.inside.runJob("files.thin-versions");
  expect((await versionsOf(id)).slice(1).map((version) => version.id)).toEqual([second?.id]);
});
