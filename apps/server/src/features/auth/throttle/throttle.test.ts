import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../../platform/database/database.ts";
import { createPool } from "../../../platform/database/pool.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { type Counted, createThrottle, type Throttle, type ThrottleParts } from "./throttle.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 10, name: "test", onError: () => {} }));
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

const key = randomBytes(32);
let now = new Date("2026-01-01T00:00:00Z");
const clock = { now: () => now };
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
let throttle: Throttle;
let parts: ThrottleParts;
let tests = 0;
beforeEach(() => {
  throttle = createThrottle(db, key, clock);
  tests += 1;
  parts = { account: `person${tests}@example.org`, ip: `192.0.2.${tests}` };
});

/** Seconds to wait; 0 when the attempt was allowed, and then it failed. */
async function wrongTry(of: ThrottleParts = parts, by = throttle): Promise<number> {
  try {
    await by.attempt("sign-in", of, async () => ({ counted: "failure", result: null }));
    return 0;
  } catch (error) {
    if ((error as ProblemError).code !== "rate_limited") throw error;
    return Number((error as ProblemError).headers["retry-after"]);
  }
}

/** Fails as often as it is let, waiting whenever it must. @returns the waits */
async function waitsOf(tries: number, of: ThrottleParts = parts): Promise<number[]> {
  const waits: number[] = [];
  while (waits.length < tries) {
    const wait = await wrongTry(of);
    if (wait === 0) waits.push(0);
    else {
      waits[waits.length - 1] = wait;
      later(wait);
    }
  }
  return waits;
}

test("ten wrong tries are free, then each doubles the wait, up to five minutes", async () => {
  const account = { account: parts.account as string };
  const waits = await waitsOf(20, account);
  expect(waits.slice(0, 9)).toEqual(Array(9).fill(0));
  expect(waits.slice(9, 19)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test("the right password clears what was counted for the account, but not for the address", async () => {
  for (let i = 0; i < 10; i++) await wrongTry();
  expect(await wrongTry()).toBe(2);
  later(2);
  expect(await throttle.attempt("sign-in", parts, async () => ({ counted: "success", result: "in" }))).toBe("in");
  for (let i = 0; i < 9; i++) expect(await wrongTry()).toBe(0);
  // Twenty failures of this address by now; after ten more it waits, whatever accounts it tries.
  for (let i = 0; i < 11; i++)
    expect(await wrongTry({ ip: parts.ip as string, account: `other${tests}-${i}@example.org` })).toBe(0);
  expect(await wrongTry({ ip: parts.ip as string, account: "yet@example.org" })).toBe(5);
});

test("everything is forgotten a quarter of an hour after the wait", async () => {
  for (let i = 0; i < 10; i++) await wrongTry();
  later(2 + 901);
  for (let i = 0; i < 9; i++) expect(await wrongTry()).toBe(0);
});

test("all nodes count together, and what they keep tells nobody's address", async () => {
  const other = createThrottle(db, key, clock);
  for (let i = 0; i < 5; i++) {
    expect(await wrongTry(parts, throttle)).toBe(0);
    expect(await wrongTry(parts, other)).toBe(0);
  }
  expect(await wrongTry(parts, throttle)).toBeGreaterThan(0);
  const stranger = createThrottle(db, randomBytes(32), clock);
  expect(await wrongTry(parts, stranger)).toBe(0);
  const { rows } = await db.query<{ key: Buffer }>("select key from holdfast.throttle");
  expect(Buffer.concat(rows.map((row) => row.key)).includes("example")).toBe(false);
});

test("200 wrong tries at once, on two nodes, get exactly as far as one after the other", async () => {
  const nodes = [throttle, createThrottle(db, key, clock)];
  const account = { account: parts.account as string };
  let checked = 0;
  const attempts = Array.from({ length: 200 }, async (_, i) => {
    const from = { ...account, ip: `198.18.${tests}.${i}` };
    await (nodes[i % 2] as Throttle).attempt("sign-in", from, async () => {
      checked += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { counted: "failure", result: null };
    });
  });
  const ends = await Promise.allSettled(attempts);
  expect(checked).toBe(10);
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect(await wrongTry(account)).toBe(2);
});

test("many who are right at once wait for each other, and nobody is refused", async () => {
  const right = () =>
    throttle.attempt("sign-in", parts, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { counted: "success", result: "in" };
    });
  expect(await Promise.all(Array.from({ length: 100 }, right))).toEqual(Array(100).fill("in"));
  for (let i = 0; i < 10; i++) expect(await wrongTry()).toBe(0);
});

test("an IPv6 line is its /64, and IPv4 is IPv4 however it is written", async () => {
  const prefix = `2001:db8:0:${tests}`;
  for (let i = 0; i < 30; i++) await wrongTry({ ip: `${prefix}::${i.toString(16)}` });
  expect(await wrongTry({ ip: `${prefix}:ffff:0:0:1` })).toBe(5);
  expect(await wrongTry({ ip: `2001:db8:1:${tests}::1` })).toBe(0);
  for (let i = 0; i < 30; i++) await wrongTry({ ip: "198.51.100.7" });
  expect(await wrongTry({ ip: "::ffff:198.51.100.7" })).toBe(5);
});

test("the limit by address can be set, and turned off", async () => {
  const strict = createThrottle(db, randomBytes(32), clock, { addressLimit: 3 });
  for (let i = 0; i < 3; i++) expect(await wrongTry({ ip: "203.0.113.1" }, strict)).toBe(0);
  expect(await wrongTry({ ip: "203.0.113.1" }, strict)).toBe(5);
  const off = createThrottle(db, randomBytes(32), clock, { addressLimit: 0 });
  for (let i = 0; i < 50; i++) expect(await wrongTry({ ip: "203.0.113.1" }, off)).toBe(0);
});

test("a refusal that is thrown counts as a failure", async () => {
  const refused = new ProblemError("invalid_credentials", "no");
  for (let i = 0; i < 10; i++) {
    await expect(throttle.attempt("sign-in", parts, () => Promise.reject(refused))).rejects.toBe(refused);
  }
  expect(await wrongTry()).toBe(2);
});

test("a busy server and an unknown error count for nothing, and their place is free again", async () => {
  const one = { account: `mailbox${tests}@example.org` };
  // One at a time, and one failure makes everyone wait: whatever stays counted or entered would show at once.
  const attempt = (work: () => Promise<Counted<string>>) => throttle.attempt("mail", one, work);
  for (const error of [new ProblemError("server_busy", "busy"), new TypeError("odd"), new Error("connection lost")]) {
    await expect(attempt(() => Promise.reject(error))).rejects.toBe(error);
  }
  expect(await attempt(async () => ({ counted: "neither", result: "unjudged" }))).toBe("unjudged");
  // While one is under way the next is refused, and its work is not begun.
  let begun = false;
  await attempt(async () => {
    await expect(
      attempt(async () => {
        begun = true;
        return { counted: "neither", result: "" };
      }),
    ).rejects.toMatchObject({ code: "rate_limited" });
    return { counted: "neither", result: "" };
  });
  expect(begun).toBe(false);
  await throttle.spend("mail", one);
  await expect(throttle.spend("mail", one)).rejects.toMatchObject({ code: "rate_limited" });
});

test("a database that is away while a right attempt is taken out again leaves it counted, and what waits for it goes on", async () => {
  const away = new Error("away");
  let failing = false;
  const broken = {
    ...db,
    query: (...args: Parameters<Database["query"]>) => (failing ? Promise.reject(away) : db.query(...args)),
  } as Database;
  const by = createThrottle(broken, randomBytes(32), clock);
  const attempt = by.attempt("sign-in", parts, async () => {
    failing = true;
    return { counted: "success", result: null };
  });
  await expect(attempt).rejects.toBe(away);
  failing = false;
  for (let i = 0; i < 9; i++) expect(await wrongTry(parts, by)).toBe(0);
  expect(await wrongTry(parts, by)).toBe(2);
});

test("of a flood of refusals one in ten seconds asks the database, and what ends the count ends that at once", async () => {
  let asked = 0;
  const counting = {
    ...db,
    query: (...args: Parameters<Database["query"]>) => {
      asked += 1;
      return db.query(...args);
    },
  } as Database;
  const by = createThrottle(counting, randomBytes(32), clock);
  const account = { account: parts.account as string };
  for (let i = 0; i < 11; i++) await wrongTry(account, by);
  asked = 0;
  expect(await Promise.all(Array.from({ length: 50 }, () => wrongTry(account, by)))).toEqual(Array(50).fill(2));
  expect(asked).toBe(0);
  // The same address at another account is not what waits.
  expect(await wrongTry({ account: `neighbour${tests}@example.org` }, by)).toBe(0);
  later(1);
  expect(await wrongTry(account, by)).toBe(1);
  later(1);
  expect(await wrongTry(account, by)).toBe(0);
  expect(asked).toBeGreaterThan(0);
  expect(await wrongTry(account, by)).toBe(4);
  await by.countSuccess("sign-in", account);
  expect(await wrongTry(account, by)).toBe(0);
});
