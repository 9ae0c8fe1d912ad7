import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Batch, StoredItem, UploadItem } from "../types.ts";
import { Journal } from "./journal.ts";
import { MemoryShelf } from "./shelf.ts";

const batch = (id: string): Batch => ({ id, targetId: null, targetName: "", createdAt: 0 });
const item = (id: string, batchId = "b"): StoredItem => {
  return { id, batchId, dir: "", name: id, size: 1, lastModified: 2, tusUrl: undefined };
};

let shelf: MemoryShelf;
let journal: Journal;

beforeEach(() => {
  vi.useFakeTimers();
  shelf = new MemoryShelf();
  journal = new Journal(Promise.resolve(shelf));
});
afterEach(() => void vi.useRealTimers());

const written = () => vi.advanceTimersByTimeAsync(300);
const ids = async () => (await shelf.load()).items.map(({ id }) => id);

describe("the journal", () => {
  it("writes items together, a moment later, and of each only what a reload needs", async () => {
    const change = vi.spyOn(shelf, "change");
    const sending: UploadItem = { ...item("a"), status: "sending", sent: 7, tries: 1 };
    journal.put(sending);
    journal.put(item("b"));
    expect(await ids()).toEqual([]);
    await written();
    expect(change).toHaveBeenCalledTimes(1);
    expect((await shelf.load()).items).toEqual([item("a"), item("b")]);
  });

  it("writes at once where it matters, and what comes later still a moment later", async () => {
    journal.put(item("a"));
    journal.putNow({ ...item("a"), tusUrl: "/uploads/1" });
    await vi.advanceTimersByTimeAsync(0);
    expect((await shelf.load()).items).toEqual([{ ...item("a"), tusUrl: "/uploads/1" }]);
    journal.put(item("b"));
    await written();
    expect(await ids()).toEqual(["a", "b"]);
  });

  it("forgets what is done, whether it was written yet or not, and keeps what came back", async () => {
    journal.put(item("written"));
    await written();
    journal.delete("written");
    journal.put(item("at once"));
    journal.delete("at once");
    journal.delete("back");
    journal.put(item("back"));
    await written();
    expect(await ids()).toEqual(["back"]);
  });

  it("leaves to other tabs what they have in hand", async () => {
    for (const id of ["here", "elsewhere"]) {
      await journal.putBatch(batch(id));
      journal.put(item(`item ${id}`, id));
    }
    await written();
    const left = await journal.leftBehind(new Set(["elsewhere"]));
    expect([left.batches.map(({ id }) => id), left.items.map(({ id }) => id)]).toEqual([["here"], ["item here"]]);
  });

  it("drops batches of which nothing is left, and items of no batch", async () => {
    await journal.putBatch(batch("empty"));
    journal.put(item("stray", "gone"));
    await written();
    expect(await journal.leftBehind(new Set())).toEqual({ batches: [], items: [] });
    expect((await shelf.load()).batches).toEqual([]);
  });
});
