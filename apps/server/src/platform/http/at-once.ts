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
}

interface Queue {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * So that one user, however many requests they send, takes a bounded share of the process: a few at once, a few more that wait for their
 * turn, and the rest is refused at once. Per process. Others never wait for them.
 */
export function createAtOnce({ what, most, waiting = 50, patienceMs = 20_000 }: AtOnceOptions): AtOnce {
  const queues = new Map<string, Queue>();

  async function enter(who: string): Promise<Queue> {
    let queue = queues.get(who);
    if (!queue) queues.set(who, (queue = { running: 0, waiting: new Set() }));
    if (queue.running < most) {
      queue.running++;
      return queue;
    }
    if (queue.waiting.size >= waiting) throw tooManyAtOnce(what, most, 2);
    await turnIn(queue, patienceMs, () => tooManyAtOnce(what, most, 2));
    return queue;
  }

  function leave(who: string, queue: Queue): void {
    const [next] = queue.waiting;
    // The place is handed on, so that nobody who comes now takes it.
    if (next) return next();
    if (--queue.running === 0) queues.delete(who);
  }

  return async (who, work) => {
    const queue = await enter(who);
    try {
      return await work();
    } finally {
      leave(who, queue);
    }
  };
}

function turnIn(queue: Queue, patienceMs: number, refusal: () => ProblemError): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      clearTimeout(timer);
      queue.waiting.delete(turn);
      resolve();
    };
    const timer = setTimeout(() => {
      queue.waiting.delete(turn);
      reject(refusal());
    }, patienceMs);
    queue.waiting.add(turn);
  });
}

export function tooManyAtOnce(what: string, most: number, retryAfterSeconds: number): ProblemError {
  return new ProblemError("too_many_at_once", `Only ${most} ${what} can run at once. Wait until one has ended.`, {
    headers: { "retry-after": String(retryAfterSeconds) },
  });
}
