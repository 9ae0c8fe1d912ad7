import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  createFolder,
  deleteFile,
  type File,
  getFolderTotals,
  getTrashTotals,
  listTrash,
  listTrashedFolder,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";

vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
});
afterAll(() => server.close());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: ApiError) => error.code,
  );
const folder = (name: string, parentId?: string) =>
  ann.call(createFolder, { body: { name, parentId: parentId ?? null } });
const trash = (file: File) => ann.call(deleteFile, { params: { id: file.id } });
type Query = {
  sort?: "trashed" | "name" | "size";
  order?: "asc" | "desc";
  q?: string;
  cursor?: string;
  limit?: number;
};
const namesOf = async (query: Query) =>
  (await ann.call(listTrash, { query: { limit: 50, ...query } })).items.map(({ name }) => name);

describe("the trash", () => {
  beforeEach(async () => {
    ann = await server.person();
    for (const [name, size] of [
      ["file 10.txt", 3],
      ["file 9.txt", 20],
      ["Holiday_50%.jpg", 1],
    ] as const) {
      await trash(await ann.put(name, "x".repeat(size)));
    }
  });

  test("in every order, page by page, and by a part of a name", async () => {
    expect(await namesOf({})).toEqual(["Holiday_50%.jpg", "file 9.txt", "file 10.txt"]);
    expect(await namesOf({ order: "asc" })).toEqual(["file 10.txt", "file 9.txt", "Holiday_50%.jpg"]);
    const orders = {
      trashed: ["file 10.txt", "file 9.txt", "Holiday_50%.jpg"],
      name: ["file 9.txt", "file 10.txt", "Holiday_50%.jpg"],
      size: ["Holiday_50%.jpg", "file 10.txt", "file 9.txt"],
    };
    for (const [sort, ascending] of Object.entries(orders) as ["trashed" | "name" | "size", string[]][]) {
      for (const order of ["asc", "desc"] as const) {
        const seen: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page: { items: { name: string }[]; nextCursor: string | null } = await ann.call(listTrash, {
            query: { sort, order, limit: 1, ...(cursor ? { cursor } : {}) },
          });
          seen.push(...page.items.map(({ name }) => name));
          cursor = page.nextCursor;
        }
        expect(seen, `${sort} ${order}`).toEqual(order === "asc" ? ascending : ascending.toReversed());
      }
    }
    expect(await namesOf({ q: "FILE" })).toEqual(["file 9.txt", "file 10.txt"]);
    expect(await namesOf({ q: "_50%" })).toEqual(["Holiday_50%.jpg"]);
    expect(await namesOf({ q: "file_9" })).toEqual([]);
    const { nextCursor } = await ann.call(listTrash, { query: { sort: "name", limit: 1 } });
    expect(await codeOf(ann.call(listTrash, { query: { sort: "size", cursor: nextCursor ?? "" } }))).toBe(
      "invalid_cursor",
    );
  });

  test("shows what a folder in it holds, in all its depth, and only to its owner", async () => {
    const outer = await folder("outer");
    const inner = await folder("inner", outer.id);
    await ann.put("a.txt", "12345", { parentId: outer.id });
    await ann.put("b.txt", "123", { parentId: inner.id });
    const gone = await ann.put("thrown away before", "1234567", { parentId: inner.id });
    const totals = { files: 2, folders: 1, bytes: 8, complete: true };
    const whole = { files: 3, folders: 0, bytes: 24 };
    expect(await ann.call(getTrashTotals)).toEqual({ ...whole, complete: true });
    await trash(gone);
    expect(await ann.call(getFolderTotals, { params: { id: outer.id } })).toEqual(totals);
    await trash(outer);
    expect(await ann.call(getFolderTotals, { params: { id: outer.id } })).toEqual(totals);
    // Every entry once, also what lies in a folder that followed it.
    expect(await ann.call(getTrashTotals)).toEqual({ files: 6, folders: 2, bytes: 39, complete: true });

    const inside = async (id: string, by = ann) =>
      (await by.call(listTrashedFolder, { params: { id } })).items.map(({ name }) => name);
    expect(await inside(outer.id)).toEqual(["inner", "a.txt"]);
    expect(await inside(inner.id)).toEqual(["b.txt"]);
    const other = await server.person();
    expect(await codeOf(inside(outer.id, other))).toBe("not_found");
    expect(await codeOf(other.call(getFolderTotals, { params: { id: outer.id } }))).toBe("not_found");
    expect(await other.call(getTrashTotals)).toEqual({ files: 0, folders: 0, bytes: 0, complete: true });
    expect(await codeOf(inside(gone.id))).toBe("not_a_folder");
    expect(await codeOf(ann.call(getFolderTotals, { params: { id: gone.id } }))).toBe("not_a_folder");
    // Deleted for good is gone for every question.
    await ann.call(deleteFile, { params: { id: outer.id }, query: { permanent: "true" } });
    expect(await codeOf(inside(outer.id))).toBe("not_found");
    expect(await codeOf(inside(inner.id))).toBe("not_found");
  });
});
