import { randomBytes } from "node:crypto";
import { bucketOf } from "./histogram.ts";

/** What one operation did in one minute, as it is written. */
export interface OperationMinute {
  readonly at: string;
  readonly process: string;
  readonly operation: string;
  readonly requests: number;
  readonly client_errors: number;
  readonly server_errors: number;
  readonly bytes_up: number;
  readonly bytes_down: number;
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
}

/** Values of one gauge in one minute, or what was counted in it (`sum`). */
export interface GaugeMinute {
  readonly at: string;
  readonly process: string;
  readonly name: string;
  readonly n: number;
  readonly sum: number;
  readonly low: number;
  readonly high: number;
}

export interface Answered {
  readonly operation: string;
  readonly status: number;
  /** Until the answer began; null where that says nothing, as of an upload, which takes as long as its client. */
  readonly ms: number | null;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** All operations together. */
export const everything = "*";

interface Operation {
  requests: number;
  clientErrors: number;
  serverErrors: number;
  bytesUp: number;
  bytesDown: number;
  readonly counts: Map<number, number>;
}

/** A minute of this process while it is counted: nothing but numbers in memory. */
export class Tally {
  readonly at: string;
  /** By which it is known that it was written already. Another of the same minute, before or after a restart too, has another. */
  readonly #process = randomBytes(6).toString("hex");
  readonly #operations = new Map<string, Operation>();
  readonly #gauges = new Map<string, { n: number; sum: number; low: number; high: number }>();

  constructor(minute: number) {
    this.at = new Date(minute * 60_000).toISOString();
  }

  answered(answer: Answered): void {
    this.#add(everything, answer);
    this.#add(answer.operation, answer);
  }

  /** One value of something that goes up and down. */
  gauge(name: string, value: number): void {
    const gauge = this.#gauges.get(name);
    if (!gauge) return void this.#gauges.set(name, { n: 1, sum: value, low: value, high: value });
    gauge.n += 1;
    gauge.sum += value;
    gauge.low = Math.min(gauge.low, value);
    gauge.high = Math.max(gauge.high, value);
  }

  operations(): OperationMinute[] {
    return [...this.#operations].map(([operation, { counts, ...of }]) => {
      const filled = [...counts].sort(([a], [b]) => a - b);
      return {
        ...{ at: this.at, process: this.#process, operation, requests: of.requests },
        ...{ client_errors: of.clientErrors, server_errors: of.serverErrors },
        ...{ bytes_up: of.bytesUp, bytes_down: of.bytesDown },
        buckets: filled.map(([bucket]) => bucket),
        counts: filled.map(([, count]) => count),
      };
    });
  }

  gauges(): GaugeMinute[] {
    return [...this.#gauges].map(([name, gauge]) => ({ at: this.at, process: this.#process, name, ...gauge }));
  }

  #add(operation: string, { status, ms, bytesUp, bytesDown }: Answered): void {
    let of = this.#operations.get(operation);
    if (!of) {
      of = { requests: 0, clientErrors: 0, serverErrors: 0, bytesUp: 0, bytesDown: 0, counts: new Map() };
      this.#operations.set(operation, of);
    }
    of.requests += 1;
    if (status >= 500) of.serverErrors += 1;
    else if (status >= 400) of.clientErrors += 1;
    of.bytesUp += bytesUp;
    of.bytesDown += bytesDown;
    if (ms === null) return;
    const bucket = bucketOf(ms);
    of.counts.set(bucket, (of.counts.get(bucket) ?? 0) + 1);
  }
}
