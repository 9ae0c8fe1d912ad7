import { ProblemError } from "../problem.ts";

export interface FairShareOptions {
  /** What there is in all. */
  readonly total: number;
  /** What one client may have of it. */
  readonly each: number;
  /** What is shared, for the sentence of a refusal: "Too many downloads at once". */
  readonly what: string;
  /** How many requests of one client may wait for their part: 64 where nothing is said. */
  readonly waitingEach?: number;
  /** While others wait, what was given back rests for three times as long as it was held, at most so many milliseconds: 0 where nothing is said. */
  readonly restAtMostMs?: number;
  /** In place of rate_limited. */
  readonly refusal?: () => ProblemError;
}

export type Release = () => void;

interface Waiting {
  readonly key: string;
  readonly amount: number;
  take(release: Release): void;
}

/** As long as it was held, so many times. */
const RESTS = 3;
/** How many may wait for their part in all: a request that waits holds little, and not nothing. */
const maxWaiting = 4096;

/**
 * Something scarce that is shared among clients: nobody gets more than `each`, so that nobody can take all. What is larger than that by
 * itself is given to a client that has nothing else.
 */
export class FairShare {
  readonly #options: FairShareOptions;
  readonly #held = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  /** Of clients that wait: their last turn; of those that came since, the one before they came. */
  readonly #turns = new Map<string, number>();
  #turn = 0;
  #used = 0;

  constructor(options: FairShareOptions) {
    this.#options = options;
  }

  /** How much is given out at present. */
  get used(): number {
    return this.#used;
  }

  /** @throws rate_limited where this client has its part, server_busy where all is given out */
  take(key: string, amount = 1): Release {
    const refusal = this.#refusal(key, amount);
    if (refusal !== null) throw this.#problem(refusal);
    return this.#give(key, amount);
  }

  /**
   * As `take`, waiting for `patienceMs` where nothing is left: clients take turns, however many of their requests wait, and nobody waits behind
   * one that has its part.
   */
  async wait(key: string, amount: number, patienceMs: number): Promise<Release> {
    const refusal = this.#refusal(key, amount);
    if (refusal === null) return this.#give(key, amount);
    const own = this.#waiting.reduce((count, other) => count + (other.key === key ? 1 : 0), 0);
    if (own >= (this.#options.waitingEach ?? 64) || this.#waiting.length >= maxWaiting) throw this.#problem(refusal);
    return new Promise<Release>((resolve, reject) => {
      const waiting: Waiting = {
        key,
        amount,
        take(release) {
          clearTimeout(timer);
          resolve(release);
        },
      };
      const timer = setTimeout(() => {
        this.#leave(waiting);
        reject(this.#problem(refusal));
      }, patienceMs);
      this.#waiting.push(waiting);
      if (!this.#turns.has(key)) this.#turns.set(key, this.#turn);
    });
  }

  #refusal(key: string, amount: number): "client" | "all" | null {
    const held = this.#held.get(key) ?? 0;
    if (held > 0 && held + amount > this.#options.each) return "client";
    return this.#used > 0 && this.#used + amount > this.#options.total ? "all" : null;
  }

  #give(key: string, amount: number): Release {
    this.#used += amount;
    this.#held.set(key, (this.#held.get(key) ?? 0) + amount);
    const since = performance.now();
    let given = true;
    return () => {
      if (!given) return;
      given = false;
      const { restAtMostMs = 0 } = this.#options;
      const restMs = this.#waiting.length > 0 ? Math.min(RESTS * (performance.now() - since), restAtMostMs) : 0;
      if (restMs > 0) setTimeout(() => this.#takeBack(key, amount), restMs);
      else this.#takeBack(key, amount);
    };
  }

  #takeBack(key: string, amount: number): void {
    this.#used -= amount;
    const left = (this.#held.get(key) ?? 0) - amount;
    if (left > 0) this.#held.set(key, left);
    else this.#held.delete(key);
    if (this.#waiting.length > 0) this.#next();
  }

  #next(): void {
    for (;;) {
      const next = this.#whoseTurn();
      if (next === null) return;
      this.#turns.set(next.key, ++this.#turn);
      this.#leave(next);
      next.take(this.#give(next.key, next.amount));
    }
  }

  /** Turns are kept of those who still wait. */
  #leave(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    if (!this.#waiting.some(({ key }) => key === waiting.key)) this.#turns.delete(waiting.key);
  }

  /** Of those that may have theirs the one that has waited longest since its client's last turn; null where nothing is left for that one. */
  #whoseTurn(): Waiting | null {
    let first: Waiting | null = null;
    for (const waiting of this.#waiting) {
      const isEarlier = first === null || this.#lastTurn(waiting) < this.#lastTurn(first);
      if (isEarlier && this.#refusal(waiting.key, waiting.amount) !== "client") first = waiting;
    }
    return first === null || this.#refusal(first.key, first.amount) === "all" ? null : first;
  }

  #lastTurn({ key }: Waiting): number {
    return this.#turns.get(key) ?? 0;
  }

  #problem(refusal: "client" | "all"): ProblemError {
    const { what, refusal: own } = this.#options;
    if (refusal === "client" && own) return own();
    const again = { headers: { "retry-after": "5" } };
    return refusal === "client"
      ? new ProblemError("rate_limited", `Too many ${what} of yours at once. Wait until one has ended.`, again)
      : new ProblemError("server_busy", `Too many ${what} at once. Try again in a few seconds.`, again);
  }
}
