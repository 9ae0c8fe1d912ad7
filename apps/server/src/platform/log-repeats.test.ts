import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limitRepeats } from "./log-repeats.ts";

let lines: Record<string, unknown>[];
let log: ReturnType<typeof pino>;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  const sink = { write: (text: string) => void lines.push(JSON.parse(text)) };
  log = pino({ hooks: { logMethod: limitRepeats() } }, sink);
});
afterEach(() => {
  vi.useRealTimers();
});

const refused = (port: number) =>
  Object.assign(new Error(`connect ECONNREFUSED ::1:${port}`), { code: "ECONNREFUSED" });
const shown = () => lines.map(({ msg, times }) => [msg, times]);

test("an error of one kind is written once a minute, with how often it came", () => {
  for (let i = 0; i < 1000; i++)
    log.child({ reqId: `r${i}` }).error({ err: refused(40_000 + i) }, "the database is away");
  expect(shown()).toEqual([["the database is away", undefined]]);
  vi.advanceTimersByTime(61_000);
  expect(shown()).toEqual([
    ["the database is away", undefined],
    ["the database is away", 999],
  ]);
  // Silence is followed by nothing, and the next one is written at once.
  vi.advanceTimersByTime(300_000);
  expect(lines).toHaveLength(2);
  log.error({ err: refused(1) }, "the database is away");
  expect(shown()[2]).toEqual(["the database is away", undefined]);
});

test("a flood of an hour is some sixty lines", () => {
  for (let second = 0; second < 3600; second++) {
    for (let i = 0; i < 20; i++) log.warn({ err: refused(i) }, "a connection broke");
    vi.advanceTimersByTime(1000);
  }
  vi.advanceTimersByTime(120_000);
  expect(lines.length).toBeGreaterThan(40);
  expect(lines.length).toBeLessThan(70);
  expect(lines.reduce((sum, { times = 1 }) => sum + (times as number), 0)).toBe(72_000);
});

test("other errors, other messages and everything below a warning are written as they come", () => {
  log.error({ err: refused(1) }, "a job failed");
  log.error({ err: new Error("no space") }, "a job failed");
  log.warn({ err: refused(1) }, "a job failed");
  log.error({ err: refused(1) }, "something else");
  log.error(new Error("thrown"));
  for (let i = 0; i < 5; i++) log.info("request");
  expect(lines).toHaveLength(10);
});

test("kinds beyond number neither fill the memory nor are lost", () => {
  const name = (i: number) =>
    String.fromCharCode(
      ...String(i)
        .split("")
        .map((digit) => 103 + Number(digit)),
    );
  for (let i = 0; i < 2000; i++) log.error(`kind ${name(i)}`);
  expect(lines).toHaveLength(2000);
});
