import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  type Copy,
  cancelCopy,
  copyFile,
  createFolder,
  deleteFile,
  getCopy,
  getFolderTotals,
  isCopy,
  listCopies,
  listFiles,
  me,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";

vi.setConfig({ testTimeout: 120_000 });

const maxEntries = 20_000;
/** Files and folders in what is copied: some batches. */
const inside = 6_000;

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer({ HOLDFAST_MAX_ENTRIES_PER_SPACE: String(maxEntries) });
});
afterAll(() => server.close());
beforeEach(async () => {
  ann = await server.person();
});

const pool = () => server.inside.services.pool;

/** A folder with one file of bytes, and folders and files in three levels. */
async function largeFolder(who: Person): Promise<string> {
  const { id } = await who.call(createFolder, { body: { name: "large" } });
  const file = await who.put("bytes.txt", "bytes", { parentId: id });
  await pool().query(
    `with folder as (
       insert into holdfast.files (id, space_id, parent_id, name, kind)
       select holdfast.uuid7(), $1, $2, 'folder ' || n, 'folder' from generate_series(1, $4) n returning id
     ), file as (
       insert into holdfast.files (id, space_id, parent_id, name, kind, file_type, file_size, content_id, version_id)
       select holdfast.uuid7(), $1, f.id, 'file ' || n, 'file', c.file_type, c.file_size, c.content_id, holdfast.uuid7()
       from folder f cross join generate_series(1, 29) n cross join holdfast.files c where c.id = $3
     )
     insert into holdfast.usage_entries (space_id, bytes, entries, folders) values ($1, 29 * 5 * $4::int, 30 * $4::int, $4::int)`,
    [who.id, id, file.id, Math.floor(inside / 30)],
  );
  return id;
}

const begin = async (id: string, body: Record<string, unknown> = {}) => {
  const copy = await ann.call(copyFile, { params: { id }, body });
  if (!isCopy(copy)) throw new Error("It was copied at once.");
  return copy;
};
const ended = (id: string): Promise<Copy> =>
  eventually(async () => {
    const copy = await ann.call(getCopy, { params: { id } });
    return copy.status === "running" ? null : copy;
  }, 60_000);
const names = async () => (await ann.call(listFiles, {})).items.map(({ name }) => name);
const totals = (id: string) => ann.call(getFolderTotals, { params: { id } });
const entries = async () => {
  const { rows } = await pool().query<{ noted: number; counted: number }>(
    `select holdfast.used_entries($1) as noted,
       (select count(*) from holdfast.files where space_id = $1 and parent_id is not null) as counted`,
    [ann.id],
  );
  expect(rows[0]?.noted).toBe(rows[0]?.counted);
  return rows[0]?.counted as number;
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: ApiError) => error.code,
  );

insideTest("a large folder is copied after the answer, and is seen when it is whole", async () => {
  const source = await largeFolder(ann);
  const before = (await ann.call(me)).usedBytes;
  const request = {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: "{}",
  };
  const answers = [await ann.fetch(`/api/v1/files/${source}/copy`, request)];
  const copy = (await answers[0]?.json()) as Copy;
  expect(copy).toMatchObject({ fileId: source, name: "large", status: "running" });
  const again = await ann.fetch(`/api/v1/files/${source}/copy`, request);
  expect([answers[0]?.status, again.status]).toEqual([202, 202]);
  expect(await again.json()).toEqual(copy);
  for (let running = true; running; ) {
    const shown = await names();
    running = (await ann.call(getCopy, { params: { id: copy.id } })).status === "running";
    if (running) expect(shown).toEqual(["large"]);
  }
  expect(await ended(copy.id)).toMatchObject({
    status: "completed",
    entriesTotal: inside + 2,
    entriesDone: inside + 2,
  });
  expect((await names()).sort()).toEqual(["large", "large (2)"]);
  expect(await totals(copy.id)).toEqual(await totals(source));
  expect((await ann.call(me)).usedBytes).toBe(before * 2);
  expect(await entries()).toBe(2 * (inside + 2));
  expect((await ann.call(listCopies)).items.map(({ id }) => id)).toEqual([copy.id]);
});

insideTest("goes on where its worker died, and twice at once ends in the same", async () => {
  const source = await largeFolder(ann);
  const copy = await begin(source, { name: "killed" });
  await eventually(async () => (await ann.call(getCopy, { params: { id: copy.id } })).entriesDone > 1_000, 60_000);
  await server.inside.restartWorker();
  const run = () => {
    const handler = server.inside.services.handlers.find(({ definition }) => definition.name === "files.copy");
    const { log } = server.inside.services;
    return handler?.run({ copyId: copy.id }, { signal: new AbortController().signal, log });
  };
  await Promise.all([run(), run()]);
  expect(await ended(copy.id)).toMatchObject({ status: "completed", entriesDone: inside + 2 });
  expect(await totals(copy.id)).toEqual(await totals(source));
  expect((await names()).sort()).toEqual(["killed", "large"]);
  await run();
  expect(await entries()).toBe(2 * (inside + 2));
});

insideTest("cancelled, nothing is left of it, and its entries come back", async () => {
  const source = await largeFolder(ann);
  const copy = await begin(source);
  await eventually(async () => (await ann.call(getCopy, { params: { id: copy.id } })).entriesDone > 1_000, 60_000);
  await ann.call(cancelCopy, { params: { id: copy.id } });
  expect(await ended(copy.id)).toMatchObject({ status: "cancelled", error: null });
  await eventually(async () => (await entries()) === inside + 2, 60_000);
  expect(await names()).toEqual(["large"]);
  await ann.call(cancelCopy, { params: { id: copy.id } });
});

insideTest("is refused where it cannot end, and where its original or its folder goes, nothing is left", async () => {
  const source = await largeFolder(ann);
  const target = await ann.call(createFolder, { body: { name: "target" } });
  const gone = await begin(source, { parentId: target.id });
  await ann.call(deleteFile, { params: { id: target.id } });
  expect(await ended(gone.id)).toMatchObject({ status: "failed", errorCode: "not_found" });
  expect(
    await codeOf(ann.call(copyFile, { params: { id: source }, body: { name: "large", onConflict: "fail" } })),
  ).toBe("name_taken");
  await eventually(async () => (await entries()) === inside + 3, 60_000);
  expect(await ended((await begin(source)).id)).toMatchObject({ status: "completed" });
  expect(await ended((await begin(source)).id)).toMatchObject({ status: "completed" });
  const fourth = await ended((await begin(source)).id);
  expect(fourth).toMatchObject({ status: "failed", errorCode: "too_many_entries", entriesDone: 1 });
  expect(fourth.error).toMatch(/Delete some/);
  await eventually(async () => (await entries()) === 3 * (inside + 2) + 1, 60_000);
});

insideTest("one user has three under way at once, and follows only their own", async () => {
  const source = await largeFolder(ann);
  const begun = await Promise.all(
    Array.from({ length: 6 }, () => codeOf(ann.call(copyFile, { params: { id: source }, body: {} }))),
  );
  expect(begun.filter((code) => code === "done").length).toBeLessThanOrEqual(4);
  expect(begun).toContain("too_many_at_once");
  const { items } = await ann.call(listCopies);
  const bob = await server.person();
  for (const { id } of items) {
    expect(await codeOf(bob.call(getCopy, { params: { id } }))).toBe("not_found");
    expect(await codeOf(bob.call(cancelCopy, { params: { id } }))).toBe("not_found");
    await ann.call(cancelCopy, { params: { id } });
  }
});
