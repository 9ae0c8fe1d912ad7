import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { type Bucket, createBuckets, type ThrottleParts } from "./buckets.ts";
import { createInFlight } from "./in-flight.ts";
import { createRefusals } from "./refusals.ts";
import { deleteCount, deleteForgottenCounts, findWaits, reserveAttempt, returnAttempt } from "./throttle.queries.ts";
import type { ThrottleAction } from "./throttle-policy.ts";

export type { ThrottleParts } from "./buckets.ts";

/** `failure` counts against account and address; `success` ends the account's count, not the address's. */
export type Outcome = "success" | "failure" | "neither";

/** What an attempt came to. */
export interface Counted<Result> {
  readonly counted: Outcome;
  readonly result: Result;
}

/** An attempt that is counted already, as a failure. To be settled once. */
export interface Reservation {
  settle(outcome: Outcome): Promise<void>;
}

export interface Throttle {
  /**
   * Runs `work`, which looks at a secret, unless there were too many failures. What it returns says how it counts. A ProblemError of
   * status 4xx that it throws is a failure; anything else it throws (the server is busy, the database is away) counts for nothing.
   * @throws ProblemError rate_limited, with Retry-After, in place of running `work`; and whatever `work` throws
   */
  attempt<Result>(action: ThrottleAction, parts: ThrottleParts, work: () => Promise<Counted<Result>>): Promise<Result>;
  /** The same in two halves, for who cannot hand over the work. @throws ProblemError rate_limited, with Retry-After */
  reserve(action: ThrottleAction, parts: ThrottleParts): Promise<Reservation>;
  /** Counts a request that costs something whatever comes of it. @throws ProblemError rate_limited, in place of counting it */
  spend(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** Counts what failed elsewhere. */
  countFailure(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
  /** Notes what succeeded elsewhere: ends the account's count. An address's goes on, or one's own account would buy endless guesses. */
  countSuccess(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
}

export interface ThrottleOptions {
  /** Attempts that an address has before it must wait; 0: no limit by address. */
  addressLimit?: number;
}

/** How long an attempt waits for the place of another that is under way and may yet give it back. */
const PATIENCE_MS = 3_000;

/**
 * Counts failures in `holdfast.throttle`, which all nodes share. A count is forgotten `resetSeconds` after its last failure. After `free`
 * failures each further one doubles the wait.
 *
 * An attempt is counted before its work begins and taken out again when it was no failure: any number at once get no further than one
 * after the other. Those that are right do not refuse each other: in this process they wait for the place of who is under way.
 *
 * @param secret the same on all nodes: neither address nor account can be read from the table without it
 */
export function createThrottle(db: Database, secret: Buffer, clock: Clock, options: ThrottleOptions = {}): Throttle {
  const buckets = createBuckets(db, secret, clock, options.addressLimit);
  const inFlight = createInFlight();
  const refusals = createRefusals(clock);

  /** @returns seconds to wait; 0: it is counted */
  async function take(of: readonly Bucket[]): Promise<number> {
    const column = (pick: (bucket: Bucket) => number) => of.map(pick);
    const row = await reserveAttempt.first(
      db,
      of.map(({ key }) => key),
      column(({ free }) => free),
      column(({ baseSeconds }) => baseSeconds),
      column(({ maxSeconds }) => maxSeconds),
      column(({ resetSeconds }) => resetSeconds),
      clock.now(),
    );
    return row?.wait ?? 0;
  }

  async function giveBack(of: readonly Bucket[], ended: Buffer | null): Promise<void> {
    const resets = of.map(({ resetSeconds }) => resetSeconds);
    await returnAttempt.first(
      db,
      of.map(({ key }) => key),
      resets,
      ended,
      clock.now(),
    );
    refusals.forget(of.map(nameOf));
  }

  /** Which of them must wait is asked once in ten seconds; until then the process answers by what it knows. */
  async function refusal(of: readonly Bucket[]): Promise<void> {
    if (refusals.wait(of.map(nameOf)) > 0) return;
    const note = refusals.asking();
    const resets = of.map(({ resetSeconds }) => resetSeconds);
    const keys = of.map(({ key }) => key);
    const waits = await findWaits.all(db, keys, resets, clock.now());
    note(waits.map((each) => ({ name: nameOf(each), seconds: each.seconds })));
  }

  /** @throws ProblemError rate_limited */
  async function takeOrWait(of: readonly Bucket[]): Promise<() => void> {
    const names = of.map(nameOf);
    const known = inFlight.none(names) ? refusals.wait(names) : 0;
    if (known > 0) throw tooMany(known * 1000);
    // Where one is too many already, the next need not wait to know.
    const awaited = names.filter((_, i) => (of[i] as Bucket).free > 1);
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const leave = inFlight.enter(names);
      const wait = await take(of).catch((error: unknown) => {
        leave(true);
        throw error;
      });
      if (wait <= 0) return leave;
      leave(true);
      if (await inFlight.ended(awaited, until - performance.now())) continue;
      await refusal(of);
      throw tooMany(wait * 1000);
    }
  }

  const throttle: Throttle = {
    async attempt(action, parts, work) {
      const place = await throttle.reserve(action, parts);
      const { counted, result } = await work().catch(async (error: unknown) => {
        const refused = error instanceof ProblemError && error.status < 500;
        // What was thrown is told, also where the database cannot be told that it counts for nothing.
        await place.settle(refused ? "failure" : "neither").catch(() => {});
        throw error;
      });
      await place.settle(counted);
      return result;
    },
    async reserve(action, parts) {
      const taken = await buckets.of(action, parts);
      if (taken.length === 0) return { settle: async () => {} };
      const leave = await takeOrWait(taken);
      return {
        async settle(outcome) {
          try {
            if (outcome === "failure") await sweepSometimes(db, clock);
            else {
              const ended = outcome === "success" ? (taken.find((each) => each.isAccount)?.key ?? null) : null;
              const trusted = outcome === "success" ? buckets.trust(action, parts) : Promise.resolve();
              await allSettledOrThrow([giveBack(taken, ended), trusted]);
            }
          } finally {
            leave();
          }
        },
      };
    },
    spend: (action, parts) => throttle.attempt(action, parts, async () => ({ counted: "failure", result: undefined })),
    async countFailure(action, parts) {
      const counted = await buckets.of(action, parts);
      if (counted.length > 0) await take(counted);
    },
    async countSuccess(action, parts) {
      const account = (await buckets.of(action, parts)).find((bucket) => bucket.isAccount);
      if (account) {
        await deleteCount.all(db, account.key);
        refusals.forget([nameOf(account)]);
      }
      await buckets.trust(action, parts);
    },
  };
  return throttle;
}

/** Nothing is left running when it throws. */
async function allSettledOrThrow(all: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(all);
  await Promise.all(all);
}

/** What a count is known under in this process. */
const nameOf = ({ key }: { readonly key: Buffer }) => key.toString("base64");

/** Every hundredth failure sweeps, so that the table stays as small as the trouble is. */
async function sweepSometimes(db: Database, clock: Clock): Promise<void> {
  if (Math.random() < 0.01) await deleteForgottenCounts.all(db, clock.now());
}

export function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const wait = seconds < 120 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minutes`;
  return new ProblemError("rate_limited", `Too many attempts. Wait ${wait}, then try again.`, {
    headers: { "retry-after": String(seconds) },
  });
}
