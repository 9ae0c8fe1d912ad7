import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  adminCancelRewind,
  adminGetRewind,
  adminListRewinds,
  adminRewindUser,
  copyFile,
  createFolder,
  deleteFile,
  deleteVersions,
  listVersions,
  type Rewind,
  restoreFile,
  restoreVersion,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";

vi.setConfig({ testTimeout: 600_000 });

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ann = await server.person();
});

interface Node {
  path: string;
  id: string;
  kind: string;
  sha256: string | null;
  type: string | null;
  modified: string;
}

/** All that is live, by its path. */
async function tree(): Promise<Node[]> {
  const { rows } = await server.services.pool.query<Node>(
    `with recursive t as (
       select f.id, '' as path, f.kind, f.content_id, f.file_type, f.last_modified from holdfast.files f where f.id = $1
       union all
       select f.id, t.path || '/' || f.name, f.kind, f.content_id, f.file_type, f.last_modified
       from t join holdfast.files f on f.parent_id = t.id where f.trashed_at is null and f.purged_at is null
     )
     select path, t.id, kind, encode(c.sha256, 'hex') as sha256, file_type as type, last_modified::text as modified
     from t left join holdfast.contents c on c.id = t.content_id where path <> '' order by path`,
    [ann.id],
  );
  return rows;
}

/** A time between what was done before and what is done after. */
async function moment(): Promise<string> {
  await sleep(4);
  const at = new Date().toISOString();
  await sleep(4);
  return at;
}

const begin = (to: string, dryRun = false) =>
  server.admin.call(adminRewindUser, { params: { id: ann.id }, body: { to, dryRun } });
const ended = ({ id }: Rewind): Promise<Rewind> =>
  eventually(async () => {
    const found = await server.admin.call(adminGetRewind, { params: { id: ann.id, rewindId: id } });
    return found.status === "running" ? null : found;
  }, 120_000);
const rewind = async (to: string, dryRun = false) => ended(await begin(to, dryRun));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: ApiError) => error.code,
  );
const usage = async () => {
  const { rows } = await server.services.pool.query<{ noted: number; counted: number }>(
    `select holdfast.used_bytes($1)::float8 as noted, (select sum(file_size)::float8 from (
       select file_size from holdfast.files where space_id = $1 union all
       select v.file_size from holdfast.file_versions v join holdfast.files f on f.id = v.file_id where f.space_id = $1) s) as counted`,
    [ann.id],
  );
  expect(rows[0]?.noted).toBe(rows[0]?.counted);
};

type Step = { what: number; which: number; where: number; name: number };
const names = ["a", "b", "c.txt", "d.txt"];
const steps = (most: number) =>
  fc.array(fc.record({ what: fc.nat(9), which: fc.nat(30), where: fc.nat(30), name: fc.nat(3) }), {
    minLength: 3,
    maxLength: most,
  });

/** One change of the tree; what is refused is refused. */
async function act({ what, which, where, name: n }: Step): Promise<void> {
  const nodes = await tree();
  const folders = [null, ...nodes.filter(({ kind }) => kind === "folder").map(({ id }) => id)];
  const parentId = folders[where % folders.length] as string | null;
  const node = nodes[which % Math.max(1, nodes.length)];
  const name = names[n] as string;
  const inFolder = parentId === null ? {} : { parentId };
  const params = { id: node?.id as string };
  const doIt = async (): Promise<unknown> => {
    if (what === 0) return ann.call(createFolder, { body: { name, ...inFolder, onConflict: "rename" } });
    if (what === 1) return ann.put(name, randomBytes(20), { ...inFolder, onConflict: "rename" });
    if (what === 2 || what === 3) return ann.put(name, randomBytes(20), { ...inFolder, onConflict: "replace" });
    if (what === 7) {
      const { rows } = await server.services.pool.query<{ id: string }>(
        "select id from holdfast.files where space_id = $1 and trashed_at is not null and purged_at is null order by id",
        [ann.id],
      );
      const id = rows[which % Math.max(1, rows.length)]?.id;
      return id && ann.call(restoreFile, { params: { id }, body: { onConflict: "rename" } });
    }
    if (!node) return null;
    if (what === 4) return ann.call(updateFile, { params, body: { name, onConflict: "rename" } });
    if (what === 5) return ann.call(updateFile, { params, body: { parentId, name, onConflict: "rename" } });
    if (what === 6) return ann.call(deleteFile, { params, query: {} });
    if (what === 8) return ann.call(copyFile, { params, body: { parentId, onConflict: "rename" } });
    const { items } = await ann.call(listVersions, { params });
    return ann.call(restoreVersion, { params: { ...params, versionId: items.at(-1)?.id as string } });
  };
  await doIt().catch((error: ApiError) => {
    const refused = error.status ? error.status < 500 : /^PUT \S+: 4/.test(error.message);
    if (!refused) throw error;
  });
}

test("whatever was done since, the tree is again what it was to the byte; and that can be rewound as well", async () => {
  await fc.assert(
    fc.asyncProperty(steps(12), steps(15), async (before, after) => {
      ann = await server.person();
      for (const step of before) await act(step);
      const then = await tree();
      const at = await moment();
      for (const step of after) await act(step);
      const later = await tree();
      const undo = await moment();
      const done = await rewind(at);
      expect(done).toMatchObject({ status: "completed", notDone: [], exact: true });
      expect(done.itemsDone).toBe(done.itemsTotal);
      expect(await tree()).toEqual(then);
      await usage();
      // Once more finds nothing to do.
      expect(await rewind(at)).toMatchObject({ itemsTotal: 0 });
      expect(await rewind(undo)).toMatchObject({ status: "completed", notDone: [] });
      expect(await tree()).toEqual(later);
      await usage();
    }),
    { numRuns: Number(process.env.HOLDFAST_REWIND_ROUNDS ?? 6), endOnFailure: true, ...seeded() },
  );
});

function seeded(): { seed?: number } {
  const seed = process.env.HOLDFAST_SEED;
  return seed === undefined ? {} : { seed: Number(seed) };
}

const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test("2,000 files that a client has encrypted in three ways come back to the byte, also where the worker dies on the way", async () => {
  const { id: parentId } = await ann.call(createFolder, { body: { name: "work" } });
  const files: { id: string; name: string; sha256: string }[] = [];
  const put = async (n: number) => {
    const bytes = Buffer.from(`Report ${n}\n`.repeat(30));
    const { id, name } = await ann.put(`report ${n}.txt`, bytes, { parentId });
    files.push({ id, name, sha256: hash(bytes) });
  };
  for (let n = 0; n < 2000; n += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => put(n + i)));
  const then = await tree();
  const at = await moment();
  const encrypt = async ({ id, name }: { id: string; name: string }, way: number) => {
    if (way === 2) {
      await ann.put(`${name}.locked`, randomBytes(600), { parentId });
      await ann.call(deleteFile, { params: { id }, query: {} });
      return;
    }
    await ann.put(name, randomBytes(600), { parentId, onConflict: "replace" });
    if (way === 1) await ann.call(updateFile, { params: { id }, body: { name: `${name}.locked` } });
  };
  for (let n = 0; n < 2000; n += 20)
    await Promise.all(files.slice(n, n + 20).map((file, i) => encrypt(file, (n + i) % 3)));

  const preview = await rewind(at, true);
  expect(preview).toMatchObject({
    status: "completed",
    plan: { contents: 1334, restored: 666, moved: 667, trashed: 666, lost: 0 },
    itemsDone: 0,
  });
  expect(preview.sample).toHaveLength(100);
  const begun = await begin(at);
  expect(await codeOf(begin(at))).toBe("busy");
  await eventually(async () => {
    const { itemsDone } = await server.admin.call(adminGetRewind, { params: { id: ann.id, rewindId: begun.id } });
    return itemsDone > 0;
  }, 60_000);
  await server.restartWorker();
  expect(await ended(begun)).toMatchObject({ status: "completed", itemsDone: 3333, notDone: [] });
  expect(await tree()).toEqual(then);
  for (let n = 0; n < 2000; n += 20)
    for (const [i, bytes] of (await Promise.all(files.slice(n, n + 20).map(({ id }) => ann.read(id)))).entries())
      expect(hash(bytes)).toBe(files[n + i]?.sha256);
  await usage();
  const { rows } = await server.services.pool.query<{ entries: number }>(
    "select count(*)::int as entries from holdfast.audit_log where action = 'file.rewind' and actor_id = $1 and detail ->> 'rewindId' = $2",
    [server.admin.id, begun.id],
  );
  expect(rows[0]?.entries).toBe(3333);
});

test("what was deleted for good, or whose version was, is named as lost; a full quota does not stop it", async () => {
  const kept = await ann.put("kept.txt", "kept");
  const gone = await ann.put("gone.txt", "gone");
  const bare = await ann.put("bare.txt", "bare");
  const at = await moment();
  await ann.put("kept.txt", "changed", { onConflict: "replace" });
  await ann.put("bare.txt", "noise", { onConflict: "replace" });
  await ann.call(deleteVersions, { params: { id: bare.id } });
  await ann.call(deleteFile, { params: { id: gone.id }, query: { permanent: "true" } });
  await server.services.pool.query("update holdfast.spaces set quota_bytes = 1 where id = $1", [ann.id]);
  const done = await rewind(at);
  expect(done).toMatchObject({ status: "completed", plan: { contents: 1, lost: 2 } });
  expect(done.notDone.map(({ name }) => name).sort()).toEqual(["bare.txt", "gone.txt"]);
  expect((await ann.read(kept.id)).toString()).toBe("kept");
  expect((await ann.read(bare.id)).toString()).toBe("noise");
  await usage();
});

test("what came during it stays, and beside it the other gets a number", async () => {
  const file = await ann.put("plan.txt", "then");
  const at = await moment();
  await ann.call(deleteFile, { params: { id: file.id }, query: {} });
  await rewind(at, true);
  // It has made its plan, and waits for this row.
  const client = await server.services.pool.connect();
  await client.query("begin");
  await client.query("select from holdfast.files where id = $1 for update", [file.id]);
  const begun = await begin(at);
  try {
    await eventually(async () => {
      const params = { id: ann.id, rewindId: begun.id };
      return (await server.admin.call(adminGetRewind, { params })).itemsTotal !== null;
    });
    await ann.put("plan.txt", "newer");
  } finally {
    await client.query("commit");
    client.release();
  }
  expect((await ended(begun)).notDone).toEqual([{ fileId: file.id, name: "plan.txt", what: "restored" }]);
  expect((await tree()).map(({ path }) => path)).toEqual(["/plan (2).txt", "/plan.txt"]);
  expect((await ann.read(file.id)).toString()).toBe("then");
  const { items } = await server.admin.call(adminListRewinds, { params: { id: ann.id } });
  expect(items.map(({ dryRun }) => dryRun)).toEqual([false, true]);
});

test("refuses what is not known, and stops where it is told to", async () => {
  expect(await codeOf(begin(new Date(Date.now() + 60_000).toISOString()))).toBe("invalid_request");
  expect(await codeOf(begin("2020-01-01T00:00:00Z"))).toBe("invalid_request");
  expect(await codeOf(ann.call(adminRewindUser, { params: { id: ann.id }, body: { to: await moment() } }))).toBe(
    "forbidden",
  );
  const done = await rewind(await moment());
  await server.admin.call(adminCancelRewind, { params: { id: ann.id, rewindId: done.id } });
  expect((await ended(done)).status).toBe("completed");
  const other = await server.person();
  expect(await codeOf(server.admin.call(adminGetRewind, { params: { id: other.id, rewindId: done.id } }))).toBe(
    "not_found",
  );
});
