import { describe, expect, it } from "vitest";
import type { UploadItem } from "../types.ts";
import { Rate } from "./rate.ts";
import { Tally } from "./tally.ts";

function item(size: number): UploadItem {
  return {
    id: String(Math.random()),
    batchId: "b",
    dir: "",
    name: "n",
    size,
    lastModified: 0,
    status: "waiting",
    sent: 0,
    tries: 0,
  };
}

describe("the tally of uploads", () => {
  it("counts statuses and bytes along", () => {
    const tally = new Tally();
    const [first, second] = [item(100), item(50)];
    tally.add(first);
    tally.add(second);
    tally.setStatus(first, "sending");
    tally.setSent(first, 70);
    tally.setSent(first, 40);
    expect(tally.totals()).toMatchObject({ bytes: 150, sent: 40, counts: { waiting: 1, sending: 1 } });
    expect(tally.unfinished).toBe(2);
    tally.setSent(first, 100);
    tally.setStatus(first, "done");
    tally.remove(second);
    expect(tally.totals()).toMatchObject({ bytes: 100, sent: 100, counts: { waiting: 0, sending: 0, done: 1 } });
    expect(tally.unfinished).toBe(0);
  });
});

describe("a rate", () => {
  it("is what came in the last seconds, not since the beginning", () => {
    const rate = new Rate();
    for (let second = 0; second <= 20; second++) rate.add(second * 1000, second * 1000);
    expect(rate.perSecond(20_000)).toBeCloseTo(1000, 0);
    for (let second = 21; second <= 40; second++) rate.add(20_000 + (second - 20) * 10, second * 1000);
    expect(rate.perSecond(40_000)).toBeCloseTo(10, 0);
  });
  it("falls while nothing comes, and is nothing in the end", () => {
    const rate = new Rate();
    for (let second = 0; second <= 5; second++) rate.add(second * 1000, second * 1000);
    expect(rate.perSecond(5_500)).toBeCloseTo(1000, 0);
    expect(rate.perSecond(8_000)).toBeCloseTo(625, 0);
    expect(rate.perSecond(11_000)).toBe(0);
  });
  it("is nothing before there is anything to compare", () => {
    const rate = new Rate();
    expect(rate.perSecond()).toBe(0);
    rate.add(5, 0);
    expect(rate.perSecond()).toBe(0);
  });
});
