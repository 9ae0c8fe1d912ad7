import { ApiError } from "@holdfast/contract/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isAway, readAgain } from "./read-again";

const problem = (status: number, code: ApiError["code"]) =>
  new ApiError({ type: "about:blank", title: "", status, code, detail: "", requestId: "r" });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a read waits for the server to be back", async () => {
  const read = vi.fn(async () => "here");
  for (let i = 0; i < 4; i++) read.mockRejectedValueOnce(problem(503, "unavailable"));
  const answer = readAgain(read);
  await vi.runAllTimersAsync();
  expect(await answer).toBe("here");
  expect(read).toHaveBeenCalledTimes(5);
});

test("it gives up after a minute, at once where it is aborted, and never asks twice for another failure", async () => {
  const away = vi.fn(() => Promise.reject(problem(503, "unavailable")));
  const end = readAgain(away).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  expect(await end).toMatchObject({ code: "unavailable" });
  expect(away.mock.calls.length).toBeGreaterThan(10);
  const aborted = vi.fn(() => Promise.reject(problem(503, "unavailable")));
  await expect(readAgain(aborted, AbortSignal.abort())).rejects.toThrow();
  expect(aborted).toHaveBeenCalledTimes(1);
  const other = vi.fn(() => Promise.reject(problem(404, "not_found")));
  await expect(readAgain(other)).rejects.toMatchObject({ code: "not_found" });
  expect(other).toHaveBeenCalledTimes(1);
});

test("what may have been done is not away: nobody is asked to do it again", () => {
  expect(isAway(problem(503, "outcome_unknown"))).toBe(false);
  expect(isAway(problem(503, "unavailable"))).toBe(true);
});
