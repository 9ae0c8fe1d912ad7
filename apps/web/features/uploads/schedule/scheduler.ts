import { problemOf } from "@/lib/api";
import type { PauseReason } from "../types";
import { failureOf } from "./failure";
import { pauses } from "./pace";
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

  constructor(options: SchedulerOptions<T>) {
    this.options = options;
    this.reach = new Reach(options.isAnswering, (away) => this.reachChanged(away));
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
    while (!this.paused && !this.reach.away && isOnline() && this.active.size < slots()) {
      const item = this.next();
      if (!item) return;
      const attempt = Symbol();
      this.active.set(item, attempt);
      setStatus(item, "sending");
      this.reach.watch(() => {
        onTick();
        return this.isSending;
      });
      void this.attempt(item, attempt);
    }
  };

  private next(): T | undefined {
    const large = [...this.active.keys()].filter((item) => item.size > smallFile).length;
    return this.queue.next({ large: large < this.options.largeAtOnce });
  }

  private async attempt(item: T, attempt: symbol): Promise<void> {
    const isCurrent = () => this.active.get(item) === attempt;
    const isWanted = () => isCurrent() && item.status === "sending";
    try {
      await this.options.send(item, isWanted);
    } catch (error) {
      if (isWanted()) await this.failed(item, error);
    }
    if (isCurrent()) {
      this.active.delete(item);
      item.stop = undefined;
    }
    this.run();
  }

  private failed(item: T, error: unknown): Promise<void> | void {
    const failure = failureOf(error);
    if (failure === "stopped") return;
    if (failure === "unanswered") return this.unanswered(item, error);
    this.reach.heard();
    if (failure === "later") return this.later(item, error);
    if (failure === "refused" || !this.options.pausesForAll) return this.options.onRefused(item, error);
    // Stand still with the reason instead of failing thousands.
    this.put(item);
    this.pause(problemOf(error));
  }

  /** Where the server is away, no number of attempts is too many; where it is there, something else is wrong with this one. */
  private async unanswered(item: T, error: unknown): Promise<void> {
    const { resends, setStatus, onRefused } = this.options;
    if (resends) setStatus(item, "waiting");
    const before = item.status;
    const answers = await this.reach.ask();
    if (item.status !== before) return;
    if (!resends) return onRefused(item, error);
    if (answers) return this.later(item, error);
    item.tries = 0;
    this.queue.putFirst(item);
  }

  private later(item: T, error: unknown): void {
    const pause = pauses[item.tries++];
    if (pause === undefined) return this.options.onRefused(item, error);
    this.options.setStatus(item, "waiting");
    setTimeout(() => {
      this.queue.put(item);
      this.run();
    }, pause);
  }

  private reachChanged(away: boolean): void {
    if (!away && this.options.resends && this.reach.outageMs > longOutageMs) this.stopSending(() => true);
    this.options.onChange();
    this.run();
  }

  private stopSending(which: (item: T) => boolean): void {
    for (const item of [...this.active.keys()]) {
      if (item.status !== "sending" || !which(item)) continue;
      item.stop?.(false);
      this.options.setStatus(item, "waiting");
      this.queue.putFirst(item);
    }
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
