import type { PauseReason } from "../types";
import { Failures } from "./failures";
import { Queue } from "./queue";
import { Reach } from "./reach";
import { type SchedulerOptions, smallFile, type Work } from "./work";

/** After an outage of this length what was being sent may wait for an answer that is lost: it is sent again from where it stands. */
const longOutageMs = 15_000;

/** Decides what is sent next and how many at once; waits while paused, offline or without a server; retries what may be sent again. */
export class Scheduler<T extends Work> {
  paused = false;
  /** Why everything stands still, where nobody has paused it. */
  pauseReason: PauseReason | null = null;
  readonly reach: Reach;
  private readonly queue = new Queue<T>();
  /** What is being sent. Each attempt has its own mark, so that the end of one is not taken for the end of the next. */
  private readonly active = new Map<T, symbol>();
  private readonly options: SchedulerOptions<T>;
  private readonly failures: Failures<T>;

  constructor(options: SchedulerOptions<T>) {
    this.options = options;
    this.reach = new Reach(options.isAnswering, (away) => this.reachChanged(away));
    this.failures = new Failures(options, this.reach, {
      put: (items) => items.forEach((item) => this.put(item)),
      putBack: (items) => this.putBack(items),
      pause: (reason) => this.pause(reason),
      run: this.run,
    });
  }

  get isSending(): boolean {
    return this.active.size > 0;
  }

  /** To be sent when its turn comes; begins with the next `run`. */
  put(item: T): void {
    this.options.setStatus(item, "waiting");
    this.queue.put(item);
  }

  /** As if it had never failed. */
  again(item: T): void {
    item.error = undefined;
    item.tries = 0;
    this.put(item);
  }

  /** Sends as much as may be sent now. */
  readonly run = (): void => {
    const { slots, isOnline, setStatus, onTick } = this.options;
    while (!this.paused && !this.reach.away && isOnline() && this.requests < slots()) {
      const items = this.next();
      if (items.length === 0) return;
      const attempt = Symbol();
      for (const item of items) {
        this.active.set(item, attempt);
        setStatus(item, "sending");
      }
      this.reach.watch(() => {
        onTick();
        return this.isSending;
      });
      void this.attempt(items, attempt);
    }
  };

  private get requests(): number {
    return new Set(this.active.values()).size;
  }

  /** What the next request is for. */
  private next(): T[] {
    const { largeAtOnce, together } = this.options;
    const large = [...this.active.keys()].filter((item) => item.size > smallFile).length;
    const first = this.queue.next({ large: large < largeAtOnce });
    if (!first) return [];
    return [first, ...(together ? this.queue.companions(first, together.fits) : [])];
  }

  private async attempt(items: readonly T[], attempt: symbol): Promise<void> {
    const isCurrent = (item: T) => this.active.get(item) === attempt;
    const isWanted = (item: T) => isCurrent(item) && item.status === "sending";
    const { failures } = this;
    const { send, together } = this.options;
    const [first, ...others] = items as [T, ...T[]];
    const isAlone = others.length === 0 || !together;
    try {
      if (isAlone) await send(first, () => isWanted(first));
      else await together.send(items, { isWanted, refuse: (item, error) => void failures.of([item], error) });
    } catch (error) {
      const wanted = items.filter(isWanted);
      if (wanted.length > 0) await (isAlone ? failures.of(wanted, error) : failures.ofTogether(wanted, error));
    }
    for (const item of items.filter(isCurrent)) {
      this.active.delete(item);
      item.stop = undefined;
    }
    this.run();
  }

  /** They are the next again, in their order. */
  private putBack(items: readonly T[]): void {
    for (const item of items.toReversed()) {
      this.options.setStatus(item, "waiting");
      this.queue.putFirst(item);
    }
  }

  private reachChanged(away: boolean): void {
    if (!away && this.options.resends && this.reach.outageMs > longOutageMs) this.stopSending(() => true);
    this.options.onChange();
    this.run();
  }

  private stopSending(which: (item: T) => boolean): void {
    const stopped = [...this.active.keys()].filter((item) => item.status === "sending" && which(item));
    for (const item of stopped) item.stop?.(false);
    this.putBack(stopped);
  }

  pause(reason: PauseReason | null = null): void {
    this.paused = true;
    this.pauseReason = reason;
    // Small ones are through in a moment; large ones keep what has arrived.
    this.stopSending((item) => item.size > smallFile);
    this.options.onChange();
  }

  resume(): void {
    this.paused = false;
    this.pauseReason = null;
    this.options.onChange();
    this.run();
  }

  /** The network is there again. */
  readonly cameOnline = (): void => {
    if (this.reach.away) void this.reach.ask();
    else this.run();
  };

  close(): void {
    this.pause();
    this.reach.close();
  }
}
