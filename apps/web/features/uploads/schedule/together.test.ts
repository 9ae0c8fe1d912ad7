import { ApiError } from "@holdfast/contract/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Stopped } from "../transfer/answers.ts";
import { Scheduler } from "./scheduler.ts";
import { togetherBytes, togetherFile, togetherFrom, togetherMost } from "./together.ts";
import type { EachOf, Work } from "./work.ts";

type Item = Work & { name: string; place: string };
type Request = { items: readonly Item[]; each: EachOf<Item> | null; succeed: () => void; fail: (e: unknown) => void };

const problem = (code: ApiError["code"], requestId = "r") =>
  new ApiError({ type: "about:blank", title: "", status: 500, code, detail: `It is ${code}`, requestId });
const noAnswer = problem("unavailable", "");
const settle = () => vi.advanceTimersByTimeAsync(0);

let requests: Request[];
let refused: string[];
let answering: boolean;
let slots: number;
let scheduler: Scheduler<Item>;

beforeEach(() => {
  vi.useFakeTimers();
  [requests, refused, answering, slots] = [[], [], true, 1];
  const request = (items: readonly Item[], each: EachOf<Item> | null) =>
    new Promise<void>((succeed, fail) => {
      requests.push({ items, each, succeed, fail });
      for (const item of items) item.stop = () => fail(new Stopped());
    });
  scheduler = new Scheduler<Item>({
    send: (item) => request([item], null).then(() => void (item.status = "done")),
    together: { fits: (first, item) => first.place === item.place, send: request },
    setStatus: (item, status) => void (item.status = status),
    onRefused: (item) => {
      refused.push(item.name);
      item.status = "failed";
    },
    onChange: () => {},
    onTick: () => {},
    resends: true,
    pausesForAll: true,
    slots: () => slots,
    largeAtOnce: 2,
    isOnline: () => true,
    isAnswering: async () => answering,
  });
});
afterEach(() => {
  scheduler.close();
  vi.useRealTimers();
});

function add(count: number, more: Partial<Item> = {}): Item[] {
  const items = Array.from({ length: count }, (_, index): Item => {
    return { name: `${more.place ?? ""}${index}`, place: "", size: 1, status: "waiting", tries: 0, ...more };
  });
  for (const item of items) scheduler.put(item);
  return items;
}
const namesOf = (request: Request | undefined) => request?.items.map(({ name }) => name);
const counts = () => requests.map(({ items }) => items.length);
const last = () => requests.at(-1) as Request;
const statusesOf = (items: readonly Item[]) => [...new Set(items.map(({ status }) => status))];

it("sends few one by one, and many of one place by one request, whatever waits in between", () => {
  slots = 10;
  add(togetherFrom - 1);
  scheduler.run();
  expect(counts()).toEqual(Array(togetherFrom - 1).fill(1));
  requests = [];
  for (let n = 0; n < 10; n++) for (const place of ["a", "b"]) add(1, { place, name: place + n });
  scheduler.run();
  expect(requests.map(namesOf)).toEqual(["a", "b"].map((place) => Array.from({ length: 10 }, (_, n) => place + n)));
});

it("counts a request as one, bounds its files and its bytes, and leaves out what is larger", () => {
  slots = 4;
  add(togetherMost + 50);
  add(20, { place: "half", size: togetherFile });
  add(20, { place: "larger", size: togetherFile + 1 });
  scheduler.run();
  expect(counts()).toEqual([togetherMost, 50, togetherBytes / togetherFile, togetherBytes / togetherFile]);
  last().fail(new Stopped());
  expect(scheduler.isSending).toBe(true);
});

it("passes over what was paused or given up while it waited, and never takes one twice", () => {
  const items = add(20);
  const [paused, twice] = [items[3] as Item, items[5] as Item];
  paused.status = "paused";
  scheduler.put(twice);
  scheduler.run();
  expect(counts()).toEqual([19]);
  expect(new Set(requests[0]?.items).size).toBe(19);
});

it("settles each by its own answer", async () => {
  const items = add(10);
  scheduler.run();
  const { each, succeed } = last();
  for (const item of items.slice(0, 8)) item.status = "done";
  each?.refuse(items[8] as Item, problem("name_taken"));
  each?.refuse(items[9] as Item, problem("busy"));
  succeed();
  await settle();
  expect([refused, items[9]?.status, scheduler.isSending]).toEqual([["8"], "waiting", false]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(namesOf(last())).toEqual(["9"]);
});

it("stands still with the reason where one is refused for what would meet every file", async () => {
  const items = add(10);
  scheduler.run();
  for (const item of items.slice(1)) item.status = "done";
  last().each?.refuse(items[0] as Item, problem("quota_exceeded"));
  last().succeed();
  await settle();
  expect([scheduler.pauseReason?.code, items[0]?.status, refused]).toEqual(["quota_exceeded", "waiting", []]);
});

it("sends all of them again where the connection broke, and one by one where it breaks again", async () => {
  const items = add(10);
  scheduler.run();
  last().fail(noAnswer);
  await settle();
  expect(statusesOf(items)).toEqual(["waiting"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(counts()).toEqual([10, 10]);
  last().fail(noAnswer);
  await vi.advanceTimersByTimeAsync(3000);
  expect(counts()).toEqual([10, 10, 1]);
});

it("waits for a server that is away without counting attempts, and continues together in the same order", async () => {
  const items = add(10);
  scheduler.run();
  answering = false;
  last().fail(noAnswer);
  await settle();
  expect([scheduler.reach.away, statusesOf(items)]).toEqual([true, ["waiting"]]);
  await vi.advanceTimersByTimeAsync(30_000);
  answering = true;
  await vi.advanceTimersByTimeAsync(3000);
  expect(counts()).toEqual([10, 10]);
  expect(namesOf(requests[1])).toEqual(namesOf(requests[0]));
  expect(items.every(({ tries }) => tries === 0)).toBe(true);
});

it("sends one by one what was refused together: one that cannot be read does not fail the others", async () => {
  const items = add(10);
  scheduler.run();
  last().fail(new DOMException("It is gone", "NotFoundError"));
  await settle();
  expect([counts(), refused]).toEqual([[10, 1], []]);
  last().fail(new DOMException("It is gone", "NotFoundError"));
  for (let n = 1; n < 10; n++) {
    await settle();
    last().succeed();
  }
  await settle();
  expect([counts(), refused]).toEqual([[10, ...Array(10).fill(1)], ["0"]]);
  expect(items.slice(1).every(({ status }) => status === "done")).toBe(true);
});

it("continues with the others where one is given up on the way", async () => {
  const items = add(10);
  scheduler.run();
  const [given] = items as [Item];
  given.stop?.(true);
  given.status = "skipped";
  await settle();
  expect(counts()).toEqual([10, 9]);
  expect(namesOf(requests[1])).toEqual(items.slice(1).map(({ name }) => name));
});

it("lets a pause wait for what goes together, as for other small files", async () => {
  const items = add(10);
  scheduler.run();
  scheduler.pause();
  expect(statusesOf(items)).toEqual(["sending"]);
  scheduler.resume();
  expect(counts()).toEqual([10]);
});
