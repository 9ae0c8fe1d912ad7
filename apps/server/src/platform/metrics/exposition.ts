import { Counter, Registry } from "@prometheus-io/client";
import type { Tallies } from "./tallies.ts";

/** Metrics as the client library hands them from one process to another. */
export type CollectedMetrics = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** The metrics of one process, and what brings them up to date when somebody asks. */
export class Exposition {
  readonly registry = new Registry();
  readonly #refresh: (() => void | Promise<void>)[] = [];

  constructor(labels: Readonly<Record<string, string>> = {}) {
    this.registry.setDefaultLabels(labels);
  }

  /** What is to be done before anything is read, after what was said before. */
  beforeCollect(refresh: () => void | Promise<void>): void {
    this.#refresh.push(refresh);
  }

  async collect(): Promise<CollectedMetrics> {
    for (const refresh of this.#refresh) await refresh();
    return this.registry.getMetricsAsJSON();
  }

  /** A counter of what is added up elsewhere. */
  counter(name: string, help: string, labelNames: readonly string[] = []): Counter<string> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** Tallies as three counters: how often, for how long, how often it failed. */
  tellTallies(
    { name, what, label }: { name: string; what: string; label: string },
    tallies: Tallies,
    nameOf: (key: string) => string = (key) => key,
  ): void {
    const count = this.counter(`${name}s_total`, `${what}: how many.`, [label]);
    const seconds = this.counter(`${name}_seconds_total`, `${what}: how long altogether.`, [label]);
    const failures = this.counter(`${name}_failures_total`, `${what}: how many failed.`, [label]);
    this.beforeCollect(() => {
      for (const counter of [count, seconds, failures]) counter.reset();
      for (const [key, tally] of tallies.entries()) {
        const labels = { [label]: nameOf(key) };
        count.inc(labels, tally.count);
        seconds.inc(labels, tally.seconds);
        if (tally.failures > 0) failures.inc(labels, tally.failures);
      }
    });
  }
}

/** One text of the metrics of several processes; what they have in common is told once. */
export async function expositionText(parts: readonly CollectedMetrics[]): Promise<string> {
  return Registry.aggregate([...parts]).metrics();
}

export const expositionType: string = Registry.PROMETHEUS_CONTENT_TYPE;
