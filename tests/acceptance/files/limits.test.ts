import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  bulkFiles,
  copyFile,
  createFolder,
  deleteFile,
  emptyTrash,
  type File,
  getCopy,
  getFile,
  isCopy,
  listFiles,
  listUploads,
  restoreFile,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

vi.setConfig({ testTimeout: 120_000 });

/** The settings of this file's server, so small that the limits are met in seconds. */
const maxEntries = 1_500;
const maxFolders = 1_450;
const maxDepth = 200;

let server: AnyServer;
beforeAll(async () => {
  server = await anyServer({
    HOLDFAST_MAX_ENTRIES_PER_SPACE: String(maxEntries),
    HOLDFAST_MAX_FOLDERS_PER_SPACE: String(maxFolders),
  });
});
afterAll(() => server.close());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: ApiError) => error.code,
  );
const folder = (who: Person, name: string, parentId: string | null = null) =>
  who.call(createFolder, { body: { name, parentId } });
const move = (who: Person, id: string, parentId: string | null) =>
  who.call(updateFile, { params: { id }, body: { parentId, onConflict: "rename" } });
const copy = async (who: Person, id: string, parentId: string | null) =>
  (await who.call(copyFile, { params: { id }, body: { parentId } })) as File;

/** As `copy`, also where it takes a job. @throws its code as a message */
async function copyAnyway(who: Person, id: string): Promise<string> {
  const made = await who.call(copyFile, { params: { id }, body: { parentId: null } });
  if (!isCopy(made)) return made.id;
  const ended = await eventually(async () => {
    const now = await who.call(getCopy, { params: { id: made.id } });
    return now.status === "running" ? null : now;
  }, 60_000);
  if (ended.errorCode !== null) throw Object.assign(new Error("refused"), { code: ended.errorCode });
  return made.id;
}

/** What the space holds by its own count, and by counting. */
async function entries(who: Person): Promise<[number, number]> {
  const { rows } = await server.inside.services.pool.query<{ noted: number; counted: number; folders_off: number }>(
    `select holdfast.used_entries($1) as noted,
       (select count(*) from holdfast.files where space_id = $1 and parent_id is not null) as counted,
       holdfast.used_folders($1) - (
         select count(*) from holdfast.files where space_id = $1 and parent_id is not null and kind = 'folder') as folders_off`,
    [who.id],
  );
  if (rows[0]?.noted === rows[0]?.counted) expect(rows[0]?.folders_off).toBe(0);
  return [rows[0]?.noted as number, rows[0]?.counted as number];
}

/** A chain of folders inside each other, by SQL because requests would take seconds. Returns the ids of the outermost and the innermost. */
async function chain(who: Person, levels: number, parentId = who.id): Promise<[string, string]> {
  const { rows } = await server.inside.services.pool.query<{ ids: string[] }>(
    `with recursive level as (
       select 1 as n, holdfast.uuid7() as id, $2::uuid as parent
       union all select n + 1, holdfast.uuid7(), id from level where n < $3
     ), made as (
       insert into holdfast.files (id, space_id, parent_id, name, kind) select id, $1, parent, 'chain ' || id, 'folder' from level
     ), charged as (
       insert into holdfast.usage_entries (space_id, bytes, entries, folders) values ($1, 0, $3, $3)
     ), noted as (
       update holdfast.spaces set deepest = greatest(deepest, holdfast.depth_of($2) + $3) where id = $1
     )
     select array_agg(id order by n) as ids from level`,
    [who.id, parentId, levels],
  );
  const ids = rows[0]?.ids as string[];
  return [ids[0] as string, ids.at(-1) as string];
}

async function depths(who: Person): Promise<number> {
  const { rows } = await server.inside.services.pool.query<{ depth: number }>(
    "select max(holdfast.depth_of(id)) as depth from holdfast.files where space_id = $1 and kind = 'folder'",
    [who.id],
  );
  return rows[0]?.depth as number;
}

describe("the number of files and folders", () => {
  insideTest("a folder that is doubled by copies of itself ends in a refusal, and others are answered", async () => {
    const [eve, ann] = [await server.person(), await server.person()];
    const a = await folder(eve, "A");
    const slowest = { ms: 0 };
    let attacking = true;
    const watching = (async () => {
      while (attacking) {
        const begun = performance.now();
        await ann.call(listFiles, {});
        slowest.ms = Math.max(slowest.ms, performance.now() - begun);
      }
    })();
    const outcomes: string[] = [];
    for (let round = 0; round < 30; round++) {
      const outcome = await codeOf(copyAnyway(eve, a.id).then((id) => move(eve, id, a.id)));
      outcomes.push(outcome);
      if (outcome !== "done") break;
    }
    attacking = false;
    await watching;
    expect(outcomes.at(-1)).toBe("too_many_entries");
    expect(outcomes.length).toBeLessThan(15);
    const [noted, counted] = await entries(eve);
    expect(noted).toBe(counted);
    expect(counted).toBeLessThanOrEqual(maxEntries);
    expect(slowest.ms).toBeLessThan(2_000);
    // What was refused can be done again as soon as there is room.
    await eve.call(deleteFile, { params: { id: a.id }, query: { permanent: "true" } });
    await eventually(async () => (await entries(eve))[1] === 0, 60_000);
    expect((await entries(eve))[0]).toBe(0);
    await folder(eve, "A");
  });

  insideTest("is exact for uploads, folders and copies at once, and counted in each way to remove", async () => {
    const ann = await server.person();
    const a = await folder(ann, "A");
    await Promise.all(Array.from({ length: 99 }, (_, i) => folder(ann, `${i}`, a.id)));
    for (let i = 0; i < 13; i++) await copy(ann, a.id, null);
    expect(await entries(ann)).toEqual([1_400, 1_400]);
    const file = await ann.put("file", "bytes");
    const work = Array.from({ length: 160 }, (_, i) => {
      if (i % 4 === 0)
        return ann.put(`put ${i}`, "x").then(
          () => "done",
          (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1],
        );
      if (i % 4 === 1) return codeOf(folder(ann, `folder ${i}`));
      if (i % 4 === 2) return codeOf(copy(ann, file.id, null));
      const headers = { "upload-length": 1, "upload-metadata": metadataOf({ filename: `tus ${i}` }) };
      // An upload that came whole is kept; why it is no file is said of it.
      return tus(ann, "POST", "/api/v1/uploads", { headers, body: Buffer.from("x") }).then((answer) =>
        answer.headers.has("upload-file-id") ? "done" : "kept",
      );
    });
    const outcomes = await Promise.all(work);
    const count = (what: string) => outcomes.filter((outcome) => outcome === what).length;
    expect(await entries(ann)).toEqual([maxEntries, maxEntries]);
    // On a slow machine some of the copies find that others have waited too long already.
    const refused = count("too_many_entries") + count("too_many_at_once") + count("kept");
    expect([count("done"), refused]).toEqual([99, 61]);
    const { items: uploads } = await ann.call(listUploads, {});
    expect(new Set(uploads.map(({ refusal }) => refusal?.code))).toEqual(new Set(["too_many_entries"]));
    expect(uploads).toHaveLength(count("kept"));

    // What is there already is no new entry.
    const again = await ann.call(createFolder, { body: { name: "A", onConflict: "reuse" } });
    expect(again.id).toBe(a.id);
    // A new version is no new entry; the trash counts until it is emptied.
    await ann.put("file", "other bytes", { onConflict: "replace" });
    const { items } = await ann.call(listFiles, { query: { limit: 1000 } });
    await ann.call(bulkFiles, { body: { action: "trash", ids: items.slice(0, 500).map(({ id }) => id) } });
    expect(await entries(ann)).toEqual([maxEntries, maxEntries]);
    await ann.call(emptyTrash, {});
    await eventually(async () => (await entries(ann))[1] < maxEntries - 100, 60_000);
    await eventually(async () => {
      const [noted, counted] = await entries(ann);
      return noted === counted;
    }, 60_000);
  });
});

insideTest("the number of folders is bounded by itself; files still come", async () => {
  const ann = await server.person();
  await chain(ann, 199);
  const wide = await folder(ann, "wide");
  await Promise.all(Array.from({ length: 99 }, (_, i) => folder(ann, `${i}`, wide.id)));
  for (let i = 0; i < 11; i++) await copy(ann, wide.id, null);
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, i) => codeOf(folder(ann, `more ${i}`))));
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(maxFolders - 1_399);
  expect(outcomes).toContain("too_many_entries");
  expect(await codeOf(copy(ann, wide.id, null))).toBe("too_many_entries");
  await ann.put("file.txt", "x");
  expect((await entries(ann))[0]).toBe(maxFolders + 1);
});

describe("the depth of folders", () => {
  insideTest("ends at 200, by whatever way; a file in the last one is fine", async () => {
    const ann = await server.person();
    const [outer, last] = await chain(ann, maxDepth - 1);
    const inner = await folder(ann, "the last", last);
    expect(await codeOf(folder(ann, "one more", inner.id))).toBe("too_deep");
    const file = await ann.put("deep.txt", "deep", { parentId: inner.id });
    expect((await ann.call(getFile, { params: { id: file.id } })).ancestors).toHaveLength(maxDepth);
    const [two, second] = await chain(ann, 2);
    const parent = (await ann.call(getFile, { params: { id: inner.id } })).ancestors.at(-1)?.id as string;
    expect(await codeOf(move(ann, two, parent))).toBe("too_deep");
    expect(await codeOf(copy(ann, two, parent))).toBe("too_deep");
    expect(await codeOf(move(ann, outer, two))).toBe("too_deep");
    expect(await codeOf(copy(ann, outer, two))).toBe("too_deep");
    expect(await codeOf(copy(ann, second, parent))).toBe("done");
    const bulk = await ann.call(bulkFiles, { body: { action: "move", ids: [two], parentId: parent } });
    expect(bulk.items).toMatchObject([{ ok: false, code: "too_deep" }]);
    // Trash counts where it lies, so that what comes back from it always fits.
    const [three] = await chain(ann, 3);
    const [, deep] = await chain(ann, 2, three);
    await ann.call(deleteFile, { params: { id: deep } });
    const at196 = (await ann.call(getFile, { params: { id: inner.id } })).ancestors[196]?.id as string;
    expect(await codeOf(move(ann, three, at196))).toBe("done");
    expect(await codeOf(ann.call(restoreFile, { params: { id: deep }, body: {} }))).toBe("done");
    expect(await depths(ann)).toBe(maxDepth);
  });

  insideTest("doubling by depth ends in a refusal", async () => {
    const eve = await server.person();
    const a = await folder(eve, "A");
    let deepest = a.id;
    const outcomes: string[] = [];
    for (let round = 0; round < 12; round++) {
      const copied = await copy(eve, a.id, null);
      const outcome = await codeOf(move(eve, copied.id, deepest));
      outcomes.push(outcome);
      if (outcome !== "done") break;
      const { rows } = await server.inside.services.pool.query<{ id: string }>(
        "select id from holdfast.files where space_id = $1 order by holdfast.depth_of(id) desc limit 1",
        [eve.id],
      );
      deepest = rows[0]?.id as string;
    }
    expect(outcomes.at(-1)).toBe("too_deep");
    expect(await depths(eve)).toBeLessThanOrEqual(maxDepth);
  });

  insideTest("a deeper tree of before is read, moved up, emptied, and not made deeper", async () => {
    const ann = await server.person();
    const [outer, inner] = await chain(ann, 120);
    const [other, middle] = await chain(ann, 119);
    await server.inside.services.pool.query("update holdfast.files set parent_id = $2 where id = $1", [other, inner]);
    const file = await ann.put("deep.txt", "x", { parentId: middle });
    expect((await ann.call(getFile, { params: { id: file.id } })).ancestors).toHaveLength(239);
    expect(await codeOf(folder(ann, "deeper", middle))).toBe("too_deep");
    const [lower] = await chain(ann, 1);
    expect(await codeOf(move(ann, outer, lower))).toBe("too_deep");
    const above = (await ann.call(getFile, { params: { id: inner } })).ancestors.at(-1)?.id as string;
    expect(await codeOf(move(ann, other, above))).toBe("done");
    await ann.call(deleteFile, { params: { id: other } });
    expect(await codeOf(ann.call(restoreFile, { params: { id: other }, body: {} }))).toBe("done");
    await ann.call(deleteFile, { params: { id: outer }, query: { permanent: "true" } });
    await eventually(async () => (await entries(ann))[1] === 1, 60_000);
  });

  insideTest("moves and new folders at once never pass it together, and close no circle", async () => {
    const ann = await server.person();
    for (let round = 0; round < 6; round++) {
      const [a, b, c] = await Promise.all([chain(ann, 70), chain(ann, 70), chain(ann, 70)]);
      const outcomes = await Promise.all([
        codeOf(move(ann, a[0], b[1])),
        codeOf(move(ann, b[0], c[1])),
        codeOf(move(ann, c[0], a[1])),
        codeOf(folder(ann, "below", a[1])),
        codeOf(folder(ann, "below", b[1])),
      ]);
      for (const outcome of outcomes) expect(["done", "too_deep", "invalid_move"]).toContain(outcome);
      expect(outcomes.slice(0, 3).filter((outcome) => outcome === "done").length).toBeLessThanOrEqual(2);
      for (const [id] of [a, b, c])
        await codeOf(ann.call(deleteFile, { params: { id }, query: { permanent: "true" } }));
    }
    // Null where a circle has no root.
    const { rows } = await server.inside.services.pool.query(
      "select from holdfast.files where space_id = $1 and (holdfast.depth_of(id) is null or holdfast.depth_of(id) > 201)",
      [ann.id],
    );
    expect(rows).toEqual([]);
  });
});

insideTest("one user's searches take turns, and more than may wait are refused at once", async () => {
  const ann = await server.person();
  const slow = await server.inside.services.pool.connect();
  await slow.query("begin");
  await slow.query("lock table holdfast.file_words in access exclusive mode");
  const done: { status: number; retryAfter: string | null }[] = [];
  const all = Promise.all(
    Array.from({ length: 60 }, async () => {
      const answer = await ann.fetch("/api/v1/search?q=something");
      done.push({ status: answer.status, retryAfter: answer.headers.get("retry-after") });
    }),
  );
  // 4 run, 50 wait.
  await eventually(() => done.length === 6);
  expect(new Set(done.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(new Set(["429 2"]));
  await ann.call(listFiles, {});
  await slow.query("rollback");
  slow.release();
  await all;
  expect(done.filter(({ status }) => status === 200)).toHaveLength(54);
});
