import { ApiError } from "@holdfast/contract/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Stopped } from "../transfer/answers.ts";
import { Scheduler } from "./scheduler.ts";
import { type SchedulerOptions, smallFile, type Work } from "./work.ts";

type Item = Work & { name: string };
type Attempt = { item: Item; isWanted: () => boolean; succeed: () => void; fail: (error: unknown) => void };

const problem = (code: ApiError["code"], requestId = "r") =>
  new ApiError({ type: "about:blank", title: "", status: 500, code, detail: `It is ${code}`, requestId });
const noAnswer = problem("unavailable", "");

/** Everything that waits for a promise, and no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

class World {
  attempts: Attempt[] = [];
  online = true;
  answering = true;
  refused: [name: string, error: unknown][] = [];
  readonly scheduler: Scheduler<Item>;

  constructor(options: Partial<SchedulerOptions<Item>> = {}) {
    this.scheduler = new Scheduler<Item>({
      send: (item, isWanted) =>
        new Promise<void>((succeed, fail) => {
          this.attempts.push({ item, isWanted, succeed, fail });
          item.stop = () => fail(new Stopped());
        }).then(() => {
          item.status = "done";
        }),
      setStatus: (item, status) => {
        item.status = status;
      },
      onRefused: (item, error) => {
        this.refused.push([item.name, error]);
        item.status = "failed";
      },
      onChange: () => {},
      onTick: () => {},
      resends: true,
      pausesForAll: true,
      slots: () => 4,
      largeAtOnce: 2,
      isOnline: () => this.online,
      isAnswering: async () => this.answering,
      ...options,
    });
  }

  add(...names: string[]): Item[] {
    const items = names.map((name): Item => {
      return { name, size: name.startsWith("large") ? smallFile + 1 : 1, status: "waiting", tries: 0 };
    });
    for (const item of items) this.scheduler.put(item);
    this.scheduler.run();
    return items;
  }
  get begun(): string[] {
    return this.attempts.map(({ item }) => item.name);
  }
  last(name: string): Attempt {
    return this.attempts.findLast(({ item }) => item.name === name) as Attempt;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what is sent next", () => {
  it("is as many as there are slots, of these two large ones; then the next in order", async () => {
    const world = new World();
    world.add("large 1", "large 2", "large 3", "a", "b", "c");
    expect(world.begun).toEqual(["large 1", "large 2", "a", "b"]);
    world.last("a").succeed();
    await settle();
    expect(world.begun).toEqual(["large 1", "large 2", "a", "b", "c"]);
    world.last("large 1").succeed();
    await settle();
    expect(world.begun.at(-1)).toBe("large 3");
  });

  it("passes over what was paused or given up while it waited", async () => {
    const world = new World({ slots: () => 1 });
    const [, paused] = world.add("a", "b", "c") as [Item, Item];
    paused.status = "paused";
    world.last("a").succeed();
    await settle();
    expect(world.begun).toEqual(["a", "c"]);
  });

  it("is nothing offline, and everything when the network is back", () => {
    const world = new World();
    world.online = false;
    world.add("a");
    expect(world.begun).toEqual([]);
    world.online = true;
    world.scheduler.cameOnline();
    expect(world.begun).toEqual(["a"]);
  });
});

describe("a pause", () => {
  it("stops large files, lets small ones end, and begins again with what it stopped", async () => {
    const world = new World();
    const [large, small] = world.add("large 1", "a") as [Item, Item];
    world.add("large 2", "large 3");
    world.scheduler.pause();
    await settle();
    expect([large.status, small.status]).toEqual(["waiting", "sending"]);
    world.last("a").succeed();
    await settle();
    expect(world.begun).toHaveLength(3);
    world.scheduler.resume();
    expect(world.begun.slice(3).sort()).toEqual(["large 1", "large 2"]);
  });

  it("comes by itself, with the reason, where the same would meet every file", async () => {
    const world = new World();
    const [item] = world.add("a") as [Item];
    world.last("a").fail(problem("quota_exceeded"));
    await settle();
    expect(world.scheduler.pauseReason).toMatchObject({ code: "quota_exceeded", message: "It is quota_exceeded" });
    expect([item.status, world.refused]).toEqual(["waiting", []]);
    world.scheduler.resume();
    expect(world.begun).toEqual(["a", "a"]);
    expect(world.scheduler.pauseReason).toBeNull();
  });

  it("does not come where each is refused for itself", async () => {
    const world = new World({ pausesForAll: false });
    world.add("a");
    world.last("a").fail(problem("quota_exceeded"));
    await settle();
    expect(world.scheduler.paused).toBe(false);
    expect(world.refused).toHaveLength(1);
  });

  it("leaves an attempt that it ended without a say, even where it ends after the next has begun", async () => {
    const world = new World();
    const [item] = world.add("large 1") as [Item];
    item.stop = undefined;
    world.scheduler.pause();
    world.scheduler.resume();
    const [first, second] = world.attempts as [Attempt, Attempt];
    expect([first.isWanted(), second.isWanted()]).toEqual([false, true]);
    first.fail(problem("internal"));
    await settle();
    expect([item.status, item.stop === undefined, world.refused]).toEqual(["sending", false, []]);
  });
});

describe("what failed", () => {
  it("is tried four times more where the server had no time for it, after growing pauses", async () => {
    const world = new World();
    const [item] = world.add("a") as [Item];
    for (const pause of [1000, 3000, 8000, 20_000]) {
      world.last("a").fail(problem("busy"));
      await settle();
      expect(item.status).toBe("waiting");
      const before = world.begun.length;
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(world.begun).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(world.begun).toHaveLength(before + 1);
    }
    world.last("a").fail(problem("busy"));
    await settle();
    expect(world.refused).toHaveLength(1);
  });

  it("is left to the page where the server refuses it, and does not hold up others", async () => {
    const world = new World({ slots: () => 1 });
    world.add("a", "b");
    world.last("a").fail(problem("name_taken"));
    await settle();
    expect(world.refused).toEqual([["a", expect.objectContaining({ code: "name_taken" })]]);
    expect(world.begun).toEqual(["a", "b"]);
  });

  it("may be sent again as if it never had", async () => {
    const world = new World();
    const [item] = world.add("a") as [Item];
    world.last("a").fail(problem("invalid_name"));
    await settle();
    Object.assign(item, { error: "no", tries: 3 });
    world.scheduler.again(item);
    world.scheduler.run();
    expect(item).toMatchObject({ status: "sending", tries: 0, error: undefined });
  });
});

describe("a server that does not answer", () => {
  it("is waited for without counting attempts: nothing new begins, and all of it continues", async () => {
    const world = new World({ slots: () => 1 });
    const [item] = world.add("a", "b") as [Item];
    item.tries = 3;
    world.answering = false;
    world.last("a").fail(noAnswer);
    await settle();
    expect([world.scheduler.reach.away, item.status, world.begun]).toEqual([true, "waiting", ["a"]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.begun).toEqual(["a"]);
    world.answering = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect([world.scheduler.reach.away, world.begun, item.tries]).toEqual([false, ["a", "a"], 0]);
  });

  it("but answers when asked had no time for this one", async () => {
    const world = new World();
    const [item] = world.add("a") as [Item];
    world.last("a").fail(noAnswer);
    await settle();
    expect([item.tries, item.status]).toEqual([1, "waiting"]);
  });

  it("fails what must not be stored twice, and still keeps the rest waiting", async () => {
    const world = new World({ resends: false, slots: () => 1 });
    world.add("a", "b");
    world.answering = false;
    world.last("a").fail(noAnswer);
    await settle();
    expect([world.refused.map(([name]) => name), world.begun]).toEqual([["a"], ["a"]]);
    world.answering = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect(world.begun).toEqual(["a", "b"]);
  });

  it.each([
    [true, 2],
    [false, 1],
  ])("for long has what was being sent begin again, where it may (%j)", async (resends, attempts) => {
    const world = new World({ resends });
    world.add("large 1");
    world.answering = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(world.scheduler.reach.away).toBe(true);
    world.answering = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect(world.begun).toHaveLength(attempts);
    world.scheduler.close();
  });
});
