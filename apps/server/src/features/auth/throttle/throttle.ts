import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { type Bucket, createBuckets, type ThrottleParts } from "./buckets.ts";
import { countFailures, deleteCount, deleteForgottenCounts, findCounts } from "./throttle.queries.ts";
import type { ThrottleAction } from "./throttle-policy.ts";

export type { ThrottleParts } from "./buckets.ts";

/** What an attempt came to. `failure` counts against account and address; `success` ends the account's count, not the address's. */
export interface Counted<Result> {
  readonly counted: "success" | "failure" | "neither";
  readonly result: Result;
}

export interface Throttle {
  /**
   * Runs `work`, which looks at a secret, unless there were too many failures. What it returns says how it counts. A ProblemError of
   * status 4xx that it throws is a failure; anything else it throws (the server is busy, the database is away) counts for nothing.
   * @throws ProblemError rate_limited, with Retry-After, in place of running `work`; and whatever `work` throws
   */
  attempt<Result>(action: ThrottleAction, parts: ThrottleParts, work: () => Promise<Counted<Result>>): Promise<Result>;
  /** Counts a request that costs something whatever comes of it. @throws ProblemError rate_limited, in place of counting it */
  spend(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** Asks whether an attempt would be refused now, and counts nothing. @throws ProblemError rate_limited, with Retry-After */
  peek(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** Counts what failed elsewhere. */
  countFailure(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** Notes what succeeded elsewhere: ends the account's count. An address's goes on, or one's own account would buy endless guesses. */
  countSuccess(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
}

export interface ThrottleOptions {
  /** Attempts that an address has before it must wait; 0: no limit by address. */
  addressLimit?: number;
}

/**
 * Counts failures in `holdfast.throttle`, which all nodes share. A count is forgotten `resetSeconds` after its last failure. After `free`
 * failures each further one doubles the wait. A success costs one indexed read, and a write only where failures were counted before.
 *
 * Attempts that are under way in this process count as failures, so that many at once gain nothing.
 *
 * @param secret the same on all nodes: neither address nor account can be read from the table without it
 */
export function createThrottle(db: Database, secret: Buffer, clock: Clock, options: ThrottleOptions = {}): Throttle {
  const buckets = createBuckets(db, secret, clock, options.addressLimit);
  const underWay = new Map<string, number>();
  const nameOf = ({ key }: Bucket) => key.toString("base64");

  /** Takes a place in each bucket. @returns how many there were before */
  const enter = (entered: readonly Bucket[]): number[] =>
    entered.map((bucket) => {
      const before = underWay.get(nameOf(bucket)) ?? 0;
      underWay.set(nameOf(bucket), before + 1);
      return before;
    });

  function leave(entered: readonly Bucket[]): void {
    for (const bucket of entered) {
      const rest = (underWay.get(nameOf(bucket)) ?? 1) - 1;
      if (rest > 0) underWay.set(nameOf(bucket), rest);
      else underWay.delete(nameOf(bucket));
    }
  }

  /** @param before attempts that were under way, by bucket, before the database is asked @throws ProblemError rate_limited */
  async function requireRoom(asked: readonly Bucket[], before: readonly number[]): Promise<void> {
    const now = clock.now();
    const rows = await findCounts.all(
      db,
      asked.map((bucket) => bucket.key),
      now,
    );
    let waitMs = 0;
    for (const [i, bucket] of asked.entries()) {
      const row = rows.find((found) => found.key.equals(bucket.key));
      const until = row ? row.window_ends_at.getTime() - bucket.resetSeconds * 1000 : 0;
      waitMs = Math.max(waitMs, until - now.getTime());
      // One attempt at a time once the free ones are used up; where nothing failed yet many may be right at once.
      const room = row ? Math.max(1, bucket.free - row.failures) : bucket.atOnce;
      if ((before[i] as number) >= room) waitMs = Math.max(waitMs, 1000);
    }
    if (waitMs > 0) throw tooMany(waitMs);
  }

  async function saveFailure(failed: readonly Bucket[]): Promise<void> {
    if (failed.length === 0) return;
    const now = clock.now();
    const column = (pick: (bucket: Bucket) => number) => failed.map(pick);
    await countFailures.all(
      db,
      failed.map((bucket) => bucket.key),
      column((bucket) => bucket.free),
      column((bucket) => bucket.baseSeconds),
      column((bucket) => bucket.maxSeconds),
      column((bucket) => bucket.resetSeconds),
      now,
    );
    // Every hundredth failure sweeps, so that the table stays as small as the trouble is.
    if (Math.random() < 0.01) await deleteForgottenCounts.all(db, now);
  }

  async function saveSuccess(action: ThrottleAction, parts: ThrottleParts, of: readonly Bucket[]): Promise<void> {
    const account = of.find((bucket) => bucket.isAccount);
    if (account) await deleteCount.all(db, account.key);
    await buckets.trust(action, parts);
  }

  const throttle: Throttle = {
    async attempt(action, parts, work) {
      const entered = await buckets.of(action, parts);
      // Entered before the database is asked, and left after a failure is written: no attempt is ever in neither of the two counts.
      const before = enter(entered);
      try {
        if (entered.length > 0) await requireRoom(entered, before);
      } catch (error) {
        leave(entered);
        throw error;
      }
      try {
        const { counted, result } = await work().catch(async (error: unknown) => {
          if (error instanceof ProblemError && error.status < 500) await saveFailure(entered);
          throw error;
        });
        if (counted === "failure") await saveFailure(entered);
        if (counted === "success") await saveSuccess(action, parts, entered);
        return result;
      } finally {
        leave(entered);
      }
    },
    spend: (action, parts) => throttle.attempt(action, parts, async () => ({ counted: "failure", result: undefined })),
    async peek(action, parts) {
      const asked = await buckets.of(action, parts);
      const before = asked.map((bucket) => underWay.get(nameOf(bucket)) ?? 0);
      if (asked.length > 0) await requireRoom(asked, before);
    },
    countFailure: async (action, parts) => saveFailure(await buckets.of(action, parts)),
    countSuccess: async (action, parts) => saveSuccess(action, parts, await buckets.of(action, parts)),
  };
  return throttle;
}

export function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const wait = seconds < 120 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minutes`;
  return new ProblemError("rate_limited", `Too many attempts. Wait ${wait}, then try again.`, {
    headers: { "retry-after": String(seconds) },
  });
}
