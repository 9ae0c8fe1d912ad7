import { expect, test } from "vitest";
import { createTraffic, slowest, sumTraffic } from "./traffic.ts";

test("five minutes are counted, and what is older is forgotten", () => {
  let now = 0;
  const traffic = createTraffic(() => now);
  for (let n = 0; n < 10; n++) traffic.record(200, 10);
  now = 4 * 60_000;
  traffic.record(500, 10);
  expect(traffic.report()).toMatchObject({ requests: 11, failed: 1 });
  now = 5 * 60_000;
  expect(traffic.report()).toMatchObject({ requests: 1, failed: 1 });
  now = 20 * 60_000;
  expect(traffic.report()).toMatchObject({ requests: 0, failed: 0 });
});

test("a database that is away and a full disk are no errors of their own", () => {
  const traffic = createTraffic(() => 0);
  for (const status of [503, 507, 404, 200, 500, 502]) traffic.record(status, 1);
  expect(traffic.report().failed).toBe(2);
});

test("the slowest twentieth, over several nodes", () => {
  const [one, other] = [createTraffic(() => 0), createTraffic(() => 0)];
  for (let n = 0; n < 94; n++) one.record(200, 20);
  for (let n = 0; n < 6; n++) other.record(200, 4000);
  const both = slowest(sumTraffic([one.report(), other.report()]));
  expect(both).toBeGreaterThanOrEqual(4000);
  expect(both).toBeLessThan(5001);
  other.record(200, 20);
  for (let n = 0; n < 40; n++) other.record(200, 20);
  expect(slowest(sumTraffic([one.report(), other.report()]))).toBeLessThan(30);
});
