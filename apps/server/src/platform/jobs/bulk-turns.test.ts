import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inBulkTurn } from "./bulk-turns.ts";

test("steps take turns and rest three times as long as they took; short ones and those that fail keep nobody waiting", async () => {
  const said: string[] = [];
  const step = (name: string, ms: number) => async () => {
    said.push(`${name} begins`);
    const began = performance.now();
    await sleep(ms);
    said.push(`${name} ends`);
    return { began, ended: performance.now() };
  };
  const [long, short, failed, after] = await Promise.all([
    inBulkTurn(step("long", 100)),
    inBulkTurn(step("short", 1)),
    inBulkTurn(() => Promise.reject(new Error("no"))).catch((error: Error) => error.message),
    inBulkTurn(step("after", 1)),
  ]);
  expect(said).toEqual(["long begins", "long ends", "short begins", "short ends", "after begins", "after ends"]);
  expect(short.began - long.ended).toBeGreaterThan(290);
  expect(failed).toBe("no");
  expect(after.began - short.ended).toBeLessThan(50);
});
