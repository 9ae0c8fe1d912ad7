import { createHmac } from "node:crypto";
import type { Clock } from "../../../platform/clock.ts";
import { type Database, execute } from "../../../platform/database/database.ts";
import { customerOf } from "../../../platform/http/network.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { createInFlight } from "./in-flight.ts";
import { createKnownLines } from "./known-lines.ts";
import { policyOf, type ThrottleAction, type Window } from "./throttle-policy.ts";

/** Whose try it is. Either part may be left out where it is not known. */
export interface ThrottleParts {
  /** What is being tried: an email address, a user's id, a link's id. */
  account?: string;
  /** The client's address. */
  ip?: string;
}

export interface Throttle {
  /** Like `check`, for who only asks: nothing has to follow. */
  peek(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /**
   * Asks before a secret is looked at. Exactly one of `fail`, `succeed` and `abandon` must follow.
   * @throws ProblemError rate_limited, with Retry-After
   */
  check(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** The secret was wrong: counts against account and address. */
  fail(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** The secret was right: the account's count starts anew. The address's does not, or an own account would buy endless tries. */
  succeed(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** It was never looked at, because something was away: counts for nothing. */
  abandon(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** `fail` for a refusal of what the person sent, `abandon` for trouble of ours. */
  settle(action: ThrottleAction, parts: ThrottleParts, error: unknown): Promise<void>;
}

export interface ThrottleOptions {
  /** Tries that an address has before it must wait; 0: no limit by address. */
  addressLimit?: number;
}

interface Bucket extends Window {
  readonly key: Buffer;
  readonly isAccount: boolean;
}

/**
 * Counts failures in `holdfast.throttle`, which all nodes share. A count is forgotten `resetSeconds` after its last failure. After `free`
 * failures each further one doubles the wait. A success costs one indexed read, and a write only where failures were counted before.
 *
 * Tries that are under way in this process count as failures, so that many at once gain nothing.
 *
 * @param key secret, the same on all nodes: neither address nor account can be read from the table without it
 */
export function createThrottle(db: Database, key: Buffer, clock: Clock, options: ThrottleOptions = {}): Throttle {
  const inFlight = createInFlight();
  const knownLines = createKnownLines(db, key);
  /** What `check` has counted as under way, so that its end finds the same, also while the database is away. */
  const begun = new WeakMap<ThrottleParts, { action: ThrottleAction; buckets: Bucket[] }>();

  async function bucketsOf(action: ThrottleAction, { account, ip }: ThrottleParts): Promise<Bucket[]> {
    const policy = policyOf(action, options.addressLimit);
    const name = (kind: string, of: string) => createHmac("sha256", key).update(`${action}\0${kind}\0${of}`).digest();
    const buckets: Bucket[] = [];
    if (account !== undefined && policy.account) {
      // A line that the account is known at has a count of its own: what is guessed elsewhere keeps nobody waiting there.
      const known = policy.byKnownLine && ip !== undefined && (await knownLines.has(account, ip, clock.now()));
      const whose = account.trim().toLowerCase() + (known ? `\0${customerOf(ip)}` : "");
      buckets.push({ ...policy.account, key: name("account", whose), isAccount: true });
    }
    if (ip !== undefined && policy.address) {
      buckets.push({ ...policy.address, key: name("address", customerOf(ip)), isAccount: false });
    }
    // Always in one order: two failures that touch the same rows never wait for each other.
    return buckets.sort((a, b) => Buffer.compare(a.key, b.key));
  }

  async function begunBuckets(action: ThrottleAction, parts: ThrottleParts): Promise<Bucket[]> {
    const known = begun.get(parts);
    return known?.action === action ? known.buckets : bucketsOf(action, parts);
  }

  /** @returns milliseconds to wait, given how many tries were under way, by bucket, before the database was asked */
  async function waitOf(buckets: readonly Bucket[], before: readonly number[], now: Date): Promise<number> {
    const rows = await execute<{ key: Buffer; failures: number; window_ends_at: Date }>(
      db,
      "select key, failures, window_ends_at from holdfast.throttle where key = any($1) and window_ends_at > $2",
      [buckets.map((bucket) => bucket.key), now],
    );
    let waitMs = 0;
    for (const [i, bucket] of buckets.entries()) {
      const row = rows.find((found) => found.key.equals(bucket.key));
      const until = row ? row.window_ends_at.getTime() - bucket.resetSeconds * 1000 : 0;
      waitMs = Math.max(waitMs, until - now.getTime());
      // One try at a time once the free ones are used up; where nothing failed yet many may be right at once.
      const room = row ? Math.max(1, bucket.free - row.failures) : bucket.atOnce;
      if ((before[i] as number) >= room) waitMs = Math.max(waitMs, 1000);
    }
    return waitMs;
  }

  const throttle: Throttle = {
    async peek(action, parts) {
      const buckets = await bucketsOf(action, parts);
      if (buckets.length === 0) return;
      const now = clock.now();
      const before = buckets.map((bucket) => inFlight.count(bucket.key, now));
      const waitMs = await waitOf(buckets, before, now);
      if (waitMs > 0) throw tooMany(waitMs);
    },

    async check(action, parts) {
      const buckets = await bucketsOf(action, parts);
      if (buckets.length === 0) return;
      const now = clock.now();
      // Taken before the database is asked, and given back after a failure is written: no try is ever in neither of the two counts.
      const before = buckets.map((bucket) => inFlight.add(bucket.key, now));
      begun.set(parts, { action, buckets });
      const leave = () => {
        for (const bucket of buckets) inFlight.remove(bucket.key);
      };
      const waitMs = await waitOf(buckets, before, now).catch((error: unknown) => {
        leave();
        throw error;
      });
      if (waitMs <= 0) return;
      leave();
      throw tooMany(waitMs);
    },

    async fail(action, parts) {
      const buckets = await begunBuckets(action, parts);
      if (buckets.length === 0) return;
      const now = clock.now();
      await execute(db, countFailures, [
        buckets.map((bucket) => bucket.key),
        buckets.map((bucket) => bucket.free),
        buckets.map((bucket) => bucket.baseSeconds),
        buckets.map((bucket) => bucket.maxSeconds),
        buckets.map((bucket) => bucket.resetSeconds),
        now,
      ]).finally(() => {
        for (const bucket of buckets) inFlight.remove(bucket.key);
      });
      // Every hundredth failure sweeps, so that the table stays as small as the trouble is.
      if (Math.random() < 0.01) await execute(db, "delete from holdfast.throttle where window_ends_at < $1", [now]);
    },

    async succeed(action, parts) {
      const buckets = await begunBuckets(action, parts);
      for (const bucket of buckets) inFlight.remove(bucket.key);
      const account = buckets.find((bucket) => bucket.isAccount);
      if (account) await execute(db, "delete from holdfast.throttle where key = $1", [account.key]);
      if (!policyOf(action).byKnownLine || parts.account === undefined || parts.ip === undefined) return;
      await knownLines.remember(parts.account, parts.ip, clock.now());
    },

    async abandon(action, parts) {
      for (const bucket of await begunBuckets(action, parts)) inFlight.remove(bucket.key);
    },

    async settle(action, parts, error) {
      if (error instanceof ProblemError && error.status < 500) await throttle.fail(action, parts);
      else await throttle.abandon(action, parts);
    },
  };
  return throttle;
}

/** window_ends_at is the end of the wait plus the time after which all is forgotten: the wait's end follows from it. */
const countFailures = `
  insert into holdfast.throttle as t (key, failures, window_ends_at)
  select key, 1, $6::timestamptz + make_interval(secs => reset + case when free <= 1 then base else 0 end)
  from unnest($1::bytea[], $2::int[], $3::float8[], $4::float8[], $5::float8[]) as b (key, free, base, max, reset)
  on conflict (key) do update set
    failures = case when t.window_ends_at < $6 then 1 else t.failures + 1 end,
    window_ends_at = (
      select $6::timestamptz + make_interval(secs => b.reset + case
        when f.n >= b.free then least(b.max, b.base * power(2, least(f.n - b.free, 30))) else 0 end)
      from unnest($1::bytea[], $2::int[], $3::float8[], $4::float8[], $5::float8[]) as b (key, free, base, max, reset),
        lateral (select case when t.window_ends_at < $6 then 1 else t.failures + 1 end as n) f
      where b.key = t.key)`;

export function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const wait = seconds < 120 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minutes`;
  return new ProblemError("rate_limited", `Too many attempts. Wait ${wait}, then try again.`, {
    headers: { "retry-after": String(seconds) },
  });
}
