import { FairShare, type Release } from "./clients/fair-share.ts";
import { ProblemError } from "./problem.ts";

/** Runs work for somebody (a user's id, a link's) as soon as fewer than `most` of theirs are under way. Throws too_many_at_once. */
export type AtOnce = <T>(who: string, work: () => Promise<T>) => Promise<T>;

export interface AtOnceOptions {
  /** What they are, as in "4 searches". */
  readonly what: string;
  /** Under way at once, for each. */
  readonly most: number;
  /** How many more may wait. Default 50. */
  readonly waiting?: number;
  /** How long they wait. Default 20 s. */
  readonly patienceMs?: number;
  /** What all users share besides, of whatever kind their work is. */
  readonly within?: FairShare;
}

/**
 * So that one user, however many requests they send, takes a bounded share of the process: a few at once, a few more that wait for their
 * turn, and the rest is refused at once. Per process. Others wait for them only as far as they share `within`, where they take turns.
 */
export function createAtOnce({ what, most, waiting = 50, patienceMs = 20_000, within }: AtOnceOptions): AtOnce {
  const refusal = () => tooManyAtOnce(what, most, 2);
  const places = new FairShare({ total: Number.POSITIVE_INFINITY, each: most, what, waitingEach: waiting, refusal });
  return async (who, work) => {
    const leave = await places.wait(who, 1, patienceMs);
    let leaveAll: Release | undefined;
    try {
      if (within) leaveAll = await within.wait(who, 1, patienceMs);
      return await work();
    } finally {
      leaveAll?.();
      leave();
    }
  };
}

export function tooManyAtOnce(what: string, most: number, retryAfterSeconds: number): ProblemError {
  return new ProblemError("too_many_at_once", `Only ${most} ${what} can run at once. Wait until one has ended.`, {
    headers: { "retry-after": String(retryAfterSeconds) },
  });
}
