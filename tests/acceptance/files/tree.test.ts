import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  bulkFiles,
  copyFile,
  createFolder,
  deleteFile,
  emptyTrash,
  type File,
  getFile,
  listFiles,
  listTrash,
  listVersions,
  me,
  restoreFile,
  restoreVersion,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
});
afterAll(() => server.close());

const folder = (name: string, parentId?: string, onConflict?: "fail" | "rename" | "reuse") =>
  ann.call(createFolder, { body: { name, parentId: parentId ?? null, ...(onConflict ? { onConflict } : {}) } });
const move = (id: string, parentId: string | null, name?: string) =>
  ann.call(updateFile, { params: { id }, body: { parentId, ...(name ? { name } : {}) } });
const children = async (parentId?: string) =>
  (await ann.call(listFiles, { query: { limit: 1000, ...(parentId ? { parentId } : {}) } })).items;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: ApiError) => error.code,
  );
const pathOf = async (id: string) => (await ann.call(getFile, { params: { id } })).filePath;
const used = async () => (await ann.call(me)).usedBytes;

describe("the tree", () => {
  beforeAll(async () => {
    ann = await server.person();
  });

  test("ten folders deep: paths, ancestors, and a file at the end", async () => {
    let parent: File | undefined;
    for (let level = 1; level <= 10; level++) parent = await folder(`level ${level}`, parent?.id);
    const file = await ann.put("deep.txt", "deep", { parentId: parent?.id as string });
    const detail = await ann.call(getFile, { params: { id: file.id } });
    expect(detail.filePath).toBe(`/${Array.from({ length: 10 }, (_, i) => `level ${i + 1}`).join("/")}/deep.txt`);
    expect(detail.ancestors.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `level ${i + 1}`));
    expect((await ann.read(file.id)).toString()).toBe("deep");
  });

  test("renames, moves, both; refuses what is taken, and what is not there", async () => {
    const [a, b] = [await folder("a"), await folder("b")];
    const file = await ann.put("x.txt", "x", { parentId: a.id });
    const renamed = await ann.call(updateFile, { params: { id: file.id }, body: { name: "y.txt" } });
    expect(renamed).toMatchObject({ name: "y.txt", parentId: a.id });
    expect(renamed.etag).not.toBe(file.etag);
    expect(await move(file.id, b.id, "z.txt")).toMatchObject({ name: "z.txt", parentId: b.id });
    expect(await pathOf(file.id)).toBe("/b/z.txt");
    await ann.put("z.txt", "other");
    expect(await codeOf(move(file.id, null))).toBe("name_taken");
    const moved = await ann.call(updateFile, {
      params: { id: file.id },
      body: { parentId: null, onConflict: "rename" },
    });
    expect(moved).toMatchObject({ name: "z (2).txt", parentId: null });
    expect(await codeOf(move(file.id, (await ann.put("no folder", "x")).id))).toBe("not_a_folder");
    expect(await codeOf(move(file.id, "01890000-0000-7000-8000-000000000000"))).toBe("not_found");
    expect(await children(a.id)).toEqual([]);
  });

  test("refuses a folder inside itself, also by way of two moves at once", async () => {
    const one = await folder("one");
    const two = await folder("two", one.id);
    expect(await codeOf(move(one.id, one.id))).toBe("invalid_move");
    expect(await codeOf(move(one.id, two.id))).toBe("invalid_move");
    expect(await codeOf(ann.call(copyFile, { params: { id: one.id }, body: { parentId: two.id } }))).toBe(
      "invalid_move",
    );
    for (let round = 0; round < 10; round++) {
      const [left, right] = [await folder(`left ${round}`), await folder(`right ${round}`)];
      const outcomes = await Promise.all([codeOf(move(left.id, right.id)), codeOf(move(right.id, left.id))]);
      expect(outcomes.sort()).toEqual(["done", "invalid_move"]);
      expect((await pathOf(left.id)).length + (await pathOf(right.id)).length).toBeGreaterThan(0);
    }
  });

  test("copies a file and a tree without moving a byte; the copies are of their own", async () => {
    const top = await folder("tree");
    const inner = await folder("inner", top.id);
    await ann.put("1.txt", "first", { parentId: top.id });
    const deep = await ann.put("2.txt", "second", { parentId: inner.id });
    const trashed = await ann.put("gone.txt", "gone", { parentId: inner.id });
    await ann.call(deleteFile, { params: { id: trashed.id } });
    const before = await used();
    const copy = await ann.call(copyFile, { params: { id: top.id }, body: {} });
    expect(copy).toMatchObject({ name: "tree (2)", kind: "folder", parentId: null });
    expect((await used()) - before).toBe("firstsecond".length);
    const copiedInner = (await children(copy.id)).find(({ kind }) => kind === "folder") as File;
    const [copiedDeep, ...others] = await children(copiedInner.id);
    expect(others).toEqual([]);
    await ann.put("2.txt", "changed", { parentId: inner.id, onConflict: "replace" });
    expect((await ann.read(copiedDeep?.id as string)).toString()).toBe("second");
    expect((await ann.read(deep.id)).toString()).toBe("changed");
  });

  test("reuses a folder where that was asked, and never a file", async () => {
    const first = await folder("again");
    expect((await folder("again", undefined, "reuse")).id).toBe(first.id);
    expect((await folder("again", undefined, "rename")).name).toBe("again (2)");
    expect(await codeOf(folder("again"))).toBe("name_taken");
    await ann.put("a file", "x");
    expect(await codeOf(folder("a file", undefined, "reuse"))).toBe("name_taken");
    const made = await Promise.all(Array.from({ length: 10 }, () => folder("at once", undefined, "reuse")));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  });

  test("If-Match lets only those change who have seen the latest", async () => {
    const file = await ann.put("watched", "x");
    const patch = (name: string, tag: string) =>
      ann.call(updateFile, { params: { id: file.id }, body: { name } }, { headers: { "if-match": tag } });
    const updated = await patch("watched 2", file.etag);
    expect(await codeOf(patch("watched 3", file.etag))).toBe("precondition_failed");
    expect(
      await codeOf(ann.call(deleteFile, { params: { id: file.id } }, { headers: { "if-match": file.etag } })),
    ).toBe("precondition_failed");
    const rivals = ["p", "q", "r", "s"].map((name) => codeOf(patch(name, `W/"other", ${updated.etag}`)));
    expect((await Promise.all(rivals)).sort()).toEqual([
      "done",
      "precondition_failed",
      "precondition_failed",
      "precondition_failed",
    ]);
    await patch("any", "*");
  });
});

describe("versions", () => {
  test("each replacement keeps the one before; restoring loses nothing and is charged", async () => {
    ann = await server.person();
    const { id } = await ann.put("v", "one");
    await ann.put("v", "two..", { onConflict: "replace" });
    await ann.put("v", "three", { onConflict: "replace" });
    const list = async () => (await ann.call(listVersions, { params: { id } })).items;
    const versions = await list();
    expect(versions.map(({ current }) => current)).toEqual([true, false, false]);
    expect(await used()).toBe(13);
    const oldest = versions[2]?.id as string;
    expect((await ann.read(id, `?version=${oldest}`)).toString()).toBe("one");
    const restored = await ann.call(restoreVersion, { params: { id, versionId: oldest } });
    expect(restored.fileSize).toBe(3);
    expect((await ann.read(id)).toString()).toBe("one");
    const all = await Promise.all((await list()).map(async (v) => (await ann.read(id, `?version=${v.id}`)).toString()));
    expect(all.sort()).toEqual(["one", "one", "three", "two.."]);
    expect(await used()).toBe(16);
    const folderId = (await folder("f")).id;
    expect(await codeOf(ann.call(listVersions, { params: { id: folderId } }))).toBe("not_a_file");
    expect(await codeOf(ann.call(restoreVersion, { params: { id, versionId: folderId } }))).toBe("not_found");
    const bob = await server.person();
    expect((await bob.fetch(`/api/v1/files/${id}/content?version=${oldest}`)).status).toBe(404);
  });
});

describe("the trash", () => {
  beforeEach(async () => {
    ann = await server.person();
  });

  test("hides a tree, gives it back to where it was, or to the root where that is gone", async () => {
    const outer = await folder("outer");
    const inner = await folder("inner", outer.id);
    const file = await ann.put("f.txt", "f", { parentId: inner.id });
    await ann.call(deleteFile, { params: { id: inner.id } });
    expect(await children(outer.id)).toEqual([]);
    expect(await codeOf(ann.call(listFiles, { query: { parentId: inner.id } }))).toBe("not_found");
    await expect(ann.put("new", "x", { parentId: inner.id })).rejects.toThrow(/404.*not_found/);
    expect(await codeOf(ann.call(restoreFile, { params: { id: file.id }, body: {} }))).toBe("not_found");
    const listed = (await ann.call(listTrash)).items;
    expect(listed).toMatchObject([{ id: inner.id, originalPath: "/outer/inner" }]);
    // Somebody else takes the name meanwhile.
    await folder("inner", outer.id);
    const restored = await ann.call(restoreFile, { params: { id: inner.id }, body: {} });
    expect(restored).toMatchObject({ name: "inner (2)", parentId: outer.id, trashedAt: null });
    expect(await pathOf(file.id)).toBe("/outer/inner (2)/f.txt");

    await ann.call(deleteFile, { params: { id: inner.id } });
    await ann.call(deleteFile, { params: { id: outer.id } });
    expect(await ann.call(restoreFile, { params: { id: inner.id }, body: {} })).toMatchObject({ parentId: null });
    expect((await ann.read(file.id)).toString()).toBe("f");
  });

  insideTest("deleting for good frees the name at once, and a job removes rows and gives the quota back", async () => {
    const top = await folder("to purge");
    let parent = top.id;
    for (let depth = 0; depth < 4; depth++) {
      await Promise.all(
        Array.from({ length: 5 }, (_, i) => ann.put(`file ${i}`, `bytes ${depth} ${i}`, { parentId: parent })),
      );
      parent = (await folder(`deeper ${depth}`, parent)).id;
    }
    const kept = await ann.call(copyFile, {
      params: { id: (await children(top.id))[1]?.id as string },
      body: { parentId: null },
    });
    await ann.put("file 0", "a second version", { parentId: top.id, onConflict: "replace" });
    expect(await used()).toBe(21 * 9 + 16);
    await ann.call(deleteFile, { params: { id: top.id }, query: { permanent: true } } as never);
    expect(await codeOf(ann.call(getFile, { params: { id: top.id } }))).toBe("not_found");
    await folder("to purge");
    await eventually(async () => (await used()) === 9);
    const { pool } = server.inside.services;
    const rows = () => pool.query("select from holdfast.files where space_id = $1 and parent_id is not null", [ann.id]);
    await eventually(async () => (await rows()).rowCount === 2);
    expect((await ann.read(kept.id)).length).toBe(9);
    const contents = await pool.query(
      "select from holdfast.contents c where not exists (select from holdfast.files f where f.content_id = c.id) and not exists (select from holdfast.file_versions v where v.content_id = c.id)",
    );
    expect(contents.rowCount).toBe(0);
  });

  test("is emptied in one go; what was not in it stays", async () => {
    const stays = await ann.put("stays", "x");
    const goes = await Promise.all([1, 2, 3].map((n) => ann.put(`goes ${n}`, "xx")));
    await Promise.all(goes.map(({ id }) => ann.call(deleteFile, { params: { id } })));
    expect(await used()).toBe(7);
    const pages: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: { items: { id: string }[]; nextCursor: string | null } = await ann.call(listTrash, {
        query: { limit: 1, ...(cursor ? { cursor } : {}) },
      });
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect([...pages].sort()).toEqual(goes.map(({ id }) => id).sort());
    await ann.call(emptyTrash);
    expect((await ann.call(listTrash)).items).toEqual([]);
    await eventually(async () => (await used()) === 1);
    expect(await codeOf(ann.call(restoreFile, { params: { id: goes[0]?.id as string }, body: {} }))).toBe("not_found");
    expect((await ann.read(stays.id)).toString()).toBe("x");
  });

  test("many at once, each answered for itself", async () => {
    const target = await folder("target");
    const files = await Promise.all([1, 2, 3].map((n) => ann.put(`bulk ${n}`, "x")));
    const ids = files.map(({ id }) => id);
    const stranger = (await (await server.person()).put("x", "x")).id;
    const run = (action: "trash" | "restore" | "delete" | "move", parentId?: string) =>
      ann.call(bulkFiles, { body: { action, ids: [...ids, stranger], ...(parentId ? { parentId } : {}) } });
    const expected = [...ids.map((id) => ({ id, ok: true })), { id: stranger, ok: false, code: "not_found" }];
    expect((await run("move", target.id)).items).toMatchObject(expected);
    expect((await children(target.id)).map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect((await run("trash")).items).toMatchObject(expected);
    expect((await run("restore")).items).toMatchObject(expected);
    expect(await children(target.id)).toHaveLength(3);
    expect((await run("delete")).items).toMatchObject(expected);
    expect(await children(target.id)).toHaveLength(0);
    expect(await codeOf(run("move", stranger))).toBe("not_found");
  });
});
