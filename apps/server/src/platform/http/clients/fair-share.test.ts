import { expect, test } from "vitest";
import { FairShare } from "./fair-share.ts";

test("who has their part is refused, and others get theirs until all is given out", () => {
  const share = new FairShare({ total: 4, each: 2, what: "downloads" });
  const releases = [share.take("ann"), share.take("ann"), share.take("bob")];
  expect(() => share.take("ann")).toThrow(expect.objectContaining({ code: "rate_limited", status: 429 }));
  share.take("eve");
  expect(() => share.take("dan")).toThrow(expect.objectContaining({ code: "server_busy", status: 503 }));
  releases[2]?.();
  releases[2]?.();
  expect(share.used).toBe(3);
  share.take("dan");
});

test("who waits gets it in the order of arrival, and nobody waits behind a client that has its part", async () => {
  const share = new FairShare({ total: 4, each: 2, what: "uploads" });
  const first = share.take("ann", 2);
  const bobs = share.take("bob", 2);
  const got: string[] = [];
  const waits = ["ann", "eve", "dan"].map((key) => share.wait(key, 2, 5_000).then(() => void got.push(key)));
  bobs();
  await waits[1];
  expect(got).toEqual(["eve"]);
  first();
  await waits[0];
  expect(got).toEqual(["eve", "ann"]);
  await expect(share.wait("bob", 1, 20)).rejects.toMatchObject({ code: "server_busy" });
  expect(share.used).toBe(4);
});

test("clients take turns, however many requests of one wait", async () => {
  const share = new FairShare({ total: 1, each: 1, what: "searches" });
  const got: string[] = [];
  const first = share.take("eve");
  const waits = ["eve", "eve", "eve", "ann", "eve", "bob", "ann"].map(async (key) => {
    const release = await share.wait(key, 1, 5_000);
    got.push(key);
    release();
  });
  first();
  await Promise.all(waits);
  expect(got).toEqual(["eve", "ann", "bob", "eve", "ann", "eve", "eve"]);
  expect(share.used).toBe(0);
});

test("what is larger than a part is given to who has nothing else", () => {
  const share = new FairShare({ total: 4, each: 1, what: "uploads" });
  const release = share.take("ann", 3);
  expect(() => share.take("ann", 1)).toThrow("Too many uploads of yours at once");
  release();
  expect(share.used).toBe(0);
});

test("while others wait, what is given back rests three times as long as it was held, and never longer than it may", async () => {
  const share = new FairShare({ total: 1, each: 1, what: "searches", restAtMostMs: 200 });
  const hold = async (key: string, ms: number) => {
    const release = await share.wait(key, 1, 5_000);
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, ms));
    release();
    return { began, ended: performance.now() };
  };
  const [first, second, third] = await Promise.all([hold("ann", 40), hold("bob", 300), hold("eve", 1)]);
  expect(second.began - first.ended).toBeGreaterThanOrEqual(110);
  expect(third.began - second.ended).toBeGreaterThanOrEqual(190);
  expect(third.began - second.ended).toBeLessThan(290);
  // Nobody waited for it.
  const again = performance.now();
  (await share.wait("ann", 1, 5_000))();
  expect(performance.now() - again).toBeLessThan(100);
});
