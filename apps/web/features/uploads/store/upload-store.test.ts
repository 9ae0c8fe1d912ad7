import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { newItem } from "../types.ts";
import { UploadStore } from "./upload-store.ts";

let store: UploadStore;
let drawn: number;

beforeEach(() => {
  vi.useFakeTimers();
  store = new UploadStore();
  drawn = 0;
  store.subscribe(() => drawn++);
});
afterEach(() => void vi.useRealTimers());

const batch = { id: "b", targetId: null, targetName: "", createdAt: 0 };
const add = (name: string, batchId = "b") => {
  const item = newItem({ ...batch, id: batchId }, new File(["0123456789"], name), "");
  store.track(item);
  return item;
};

it("draws at most four times a second, each time with a new snapshot", () => {
  const before = store.getSnapshot();
  for (let i = 0; i < 1000; i++) add(String(i));
  expect([drawn, store.getSnapshot()]).toEqual([0, before]);
  vi.advanceTimersByTime(250);
  expect(drawn).toBe(1);
  expect(store.getSnapshot()).not.toBe(before);
  vi.advanceTimersByTime(1000);
  expect(drawn).toBe(1);
  add("another");
  vi.advanceTimersByTime(250);
  expect(drawn).toBe(2);
});

it("leaves a view alone that has gone", () => {
  const gone = vi.fn();
  store.subscribe(gone)();
  add("a");
  vi.advanceTimersByTime(250);
  expect(gone).not.toHaveBeenCalled();
});

it("counts what is there, and not what was given up while it was on its way", () => {
  const [a, b] = [add("a"), add("b")];
  store.setStatus(a, "sending");
  store.setSent(a, 4);
  expect(store.totals()).toMatchObject({ bytes: 20, sent: 4, counts: { waiting: 1, sending: 1 } });
  store.untrack(a);
  store.setSent(a, 10);
  store.setStatus(a, "done");
  expect(store.totals()).toMatchObject({ bytes: 10, sent: 0, counts: { waiting: 1, sending: 0, done: 0 } });
  expect(store.withStatus("waiting")).toEqual([b]);
});

it("is unfinished while anything may still be wanted, or folders are read", () => {
  const item = add("a");
  expect(store.isUnfinished).toBe(true);
  store.setStatus(item, "done");
  expect(store.isUnfinished).toBe(false);
  store.beginReading();
  expect(store.isUnfinished).toBe(true);
  store.endReading();
  expect(store.isUnfinished).toBe(false);
});

it("finds the items of one batch", () => {
  const [mine, other] = [add("a", "mine"), add("b", "other")];
  for (const item of [mine, other]) store.setStatus(item, "conflict");
  expect(store.inBatch("mine", "conflict")).toEqual([mine]);
});

it("clears what is finished, and with the last item its batches", () => {
  store.putBatch(batch);
  store.couldNotRead("folder");
  const [done, failed] = [add("a"), add("b")];
  store.setStatus(done, "done");
  store.setStatus(failed, "failed");
  expect(store.clearFinished()).toEqual([]);
  expect([[...store.items.values()], store.batches.size, store.unreadable.length]).toEqual([[failed], 1, 1]);
  store.setStatus(failed, "skipped");
  expect(store.clearFinished()).toEqual(["b"]);
  expect([store.items.size, store.batches.size, store.unreadable.length]).toEqual([0, 0, 0]);
});
