import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Reach } from "./reach.ts";

let answering: boolean;
let asked: number;
let changes: boolean[];
let reach: Reach;

beforeEach(() => {
  vi.useFakeTimers();
  [answering, asked, changes] = [true, 0, []];
  reach = new Reach(
    async () => {
      asked++;
      return answering;
    },
    (away) => changes.push(away),
  );
});
afterEach(() => {
  reach.close();
  vi.useRealTimers();
});

it("asks only once nothing has been heard for a while, as long as something is sent", async () => {
  let busy = true;
  reach.watch(() => busy);
  for (let second = 0; second < 5; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    reach.heard();
  }
  expect(asked).toBe(0);
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toBe(1);
  busy = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(1);
});

it("asks again and again while the server is away, and knows how long it was", async () => {
  answering = false;
  expect(await reach.ask()).toBe(false);
  await vi.advanceTimersByTimeAsync(9000);
  expect([asked, changes]).toEqual([5, [true]]);
  answering = true;
  await vi.advanceTimersByTimeAsync(3000);
  expect([asked, changes, reach.outageMs]).toEqual([6, [true, false], 12_000]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(6);
});

it("asks once for all who ask at the same time", async () => {
  await Promise.all([reach.ask(), reach.ask()]);
  expect(asked).toBe(1);
});

it("takes anything that comes from the server for an answer", async () => {
  answering = false;
  await reach.ask();
  reach.heard();
  expect([reach.away, changes]).toEqual([false, [true, false]]);
});
