import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeAudit } from "../audit/audit.queries.ts";
import { defaultIdentityConfig, type IdentityConfig } from "../config.ts";
import { freshEmail, ok, password, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";
import { addressKey, createThrottle } from "./throttle.ts";

describe("a bucket", () => {
  test("gives its burst at once, and the rest over time", () => {
    let seconds = 0;
    const throttle = createThrottle(() => new Date(seconds * 1000));
    const limit = { burst: 3, perSeconds: 30 };
    const take = () => throttle.take("key", limit);
    expect([take(), take(), take()]).toEqual([0, 0, 0]);
    expect(take()).toBeCloseTo(10);
    seconds = 10;
    expect(take()).toBe(0);
    expect(take()).toBeGreaterThan(0);
    throttle.reset("key");
    expect(take()).toBe(0);
    expect(throttle.take("other", limit)).toBe(0);
  });

  test("is forgotten when there are too many, and memory stays bounded", () => {
    const throttle = createThrottle(() => new Date(0), 100);
    for (let index = 0; index < 10_000; index++) throttle.take(`key ${index}`, { burst: 1, perSeconds: 60 });
    expect(throttle.take("key 9999", { burst: 1, perSeconds: 60 })).toBeGreaterThan(0);
    expect(throttle.take("key 0", { burst: 1, perSeconds: 60 })).toBe(0);
  });
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:DB8:1:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["1::", "1:0:0:0::/64"],
  ["a socket", "a socket"],
])("%s counts as %s", (ip, key) => expect(addressKey(ip)).toBe(key));

describe("sign-in", () => {
  let service: RunningIdentity;
  const waits: { action: string; account: string | null; ip: string }[] = [];
  const settled: string[] = [];
  let hostWait = 0;
  beforeAll(async () => {
    service = await startIdentity({
      config: { accountLimits: defaultIdentityConfig.accountLimits },
      hooks: {
        reserve: async (attempt) => {
          waits.push(attempt);
          return { waitSeconds: hostWait, settle: async (outcome) => void settled.push(outcome) };
        },
      },
    });
  });
  afterAll(() => service.close());

  const signIn = async (email: string, secret: string, ip: string) => {
    const answer = await fetch(`${service.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { "x-forwarded-for": ip },
      body: JSON.stringify({ email, password: secret }),
    });
    return {
      status: answer.status,
      retryAfter: Number(answer.headers.get("retry-after")),
      code: answer.headers.get("x-sb-error-code"),
    };
  };

  test("is slowed down by account, known or not, whatever address the guesses come from", async () => {
    const known = freshEmail();
    await ok(service.client().auth.signUp({ email: known, password }));
    for (const email of [known, freshEmail()]) {
      const statuses: number[] = [];
      for (let guess = 0; guess < 12; guess++)
        statuses.push((await signIn(email, "wrong password", `203.0.113.${guess}`)).status);
      expect(statuses).toEqual([...Array(10).fill(400), 429, 429]);
      const refused = await signIn(email, password, "203.0.113.99");
      expect(refused).toMatchObject({ status: 429, code: "over_request_rate_limit" });
      expect(refused.retryAfter).toBeGreaterThan(60);
    }
    service.advance(100);
    expect((await signIn(known, password, "203.0.113.99")).status).toBe(200);
  });

  test("successes do not count", async () => {
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password }));
    for (let attempt = 0; attempt < 15; attempt++)
      expect((await signIn(email, password, "203.0.113.1")).status).toBe(200);
  });

  test("is slowed down by address, a /64 being one", async () => {
    const limits = defaultIdentityConfig.rateLimits as NonNullable<IdentityConfig["rateLimits"]>;
    service.config.rateLimits = { ...limits, sign_in: { burst: 2, perSeconds: 60 } };
    for (const [ip, status] of [
      ["2001:db8::1", 400],
      ["2001:db8::2", 400],
      ["2001:db8::3", 429],
      ["2001:db8:0:1::1", 400],
    ] as const) {
      expect((await signIn(freshEmail(), password, ip)).status).toBe(status);
    }
    service.config.rateLimits = null;
  });

  test("asks the host first", async () => {
    hostWait = 7;
    waits.length = 0;
    expect(await signIn("A@example.org", password, "203.0.113.5")).toEqual({
      status: 429,
      retryAfter: 7,
      code: "over_request_rate_limit",
    });
    expect(waits).toEqual([{ action: "sign_in", account: "a@example.org", ip: "203.0.113.5" }]);
    hostWait = 0;
  });

  test("tells the host once what came of each attempt", async () => {
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password }));
    settled.length = 0;
    await signIn(email, password, "203.0.113.6");
    await signIn(email, "wrong password", "203.0.113.6");
    const verify = (body: object) =>
      fetch(`${service.url}/auth/v1/verify`, { method: "POST", body: JSON.stringify({ type: "recovery", ...body }) });
    await verify({ token_hash: "0".repeat(56) });
    await verify({ email, token: "000000" });
    await fetch(`${service.url}/auth/v1/verify?type=recovery&token=${"0".repeat(56)}`, { redirect: "manual" });
    expect(settled).toEqual(["success", "failure", "failure", "failure", "failure"]);
  });

  test("200 guesses at once from 200 networks are looked at ten times", async () => {
    const email = freshEmail();
    const guesses = Array.from({ length: 200 }, (_, i) => signIn(email, `guess ${i}`, `198.51.100.${i}`));
    const looked = (await Promise.all(guesses)).filter(({ status }) => status === 400);
    expect(looked).toHaveLength(10);
  });
});

test("an account's audit has so many entries of a kind in a day, and those of other kinds beside them", async () => {
  const { pool, close } = await startIdentity();
  const actor = { id: randomUUID(), email: "busy@example.org", is_sso_user: false };
  const caller = { ip: "203.0.113.1", userAgent: null };
  const now = new Date("2026-01-01T00:00:00Z");
  for (let i = 0; i < 150; i++) await writeAudit(pool, "login", actor, caller, now);
  await writeAudit(pool, "user_updated_password", actor, caller, now);
  await writeAudit(pool, "login", actor, caller, new Date(now.getTime() + 900_000));
  const { rows } = await pool.query(
    "SELECT payload ->> 'action' AS action, count(*)::int AS entries FROM auth.audit_log_entries WHERE payload ->> 'actor_id' = $1 GROUP BY 1",
    [actor.id],
  );
  expect(Object.fromEntries(rows.map(({ action, entries }) => [action, entries]))).toEqual({
    login: 101,
    user_updated_password: 1,
  });
  await close();
});
