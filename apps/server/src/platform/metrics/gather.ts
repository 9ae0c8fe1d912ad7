import { setTimeout as sleep } from "node:timers/promises";
import { Gauge } from "@prometheus-io/client";
import { type CollectedMetrics, Exposition } from "./exposition.ts";

type Labels = Readonly<Record<string, string>>;

/** A metric whose value somebody has to be asked for. */
export interface Asked {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** It only grows. */
  readonly counter?: true;
}

/** What is not there has no value: a backup that was never made, a replica that does not exist. */
export type Answer = readonly [name: string, value: number | null, labels?: Labels];

/** Somebody who is asked when the metrics are read. */
export interface Source {
  /** Of the label `source`. */
  readonly name: string;
  /** For so long an answer serves all who ask. */
  readonly freshMs: number;
  readonly metrics: readonly Asked[];
  ask(): Promise<readonly Answer[]>;
}

/** After that a source counts as failed; what it was asked continues, and it is not asked again before it has ended. */
const PATIENCE_MS = 2_000;
/** And all of them together, so that a scrape is answered before Prometheus gives up (10 s). */
const PATIENCE_FOR_ALL_MS = 5_000;
/** Asked at the same time: most ask the database, whose connections are for requests. */
const AT_ONCE = 2;

/**
 * Metrics of the installation, which are the same whichever process is asked. One source that fails leaves its own metrics out, and says so in
 * `holdfast_metrics_source_up`; the others are told all the same.
 */
export function createGathering(sources: readonly Source[], patienceMs = PATIENCE_MS): () => Promise<CollectedMetrics> {
  const exposition = new Exposition();
  const up = new Gauge({
    name: "holdfast_metrics_source_up",
    help: "Whether what a source knows could be asked at this scrape.",
    labelNames: ["source"],
    registers: [exposition.registry],
  });
  const states = sources.map((source) => new SourceState(source, exposition, patienceMs));
  let running: Promise<CollectedMetrics> | null = null;

  async function gather(): Promise<CollectedMetrics> {
    const end = performance.now() + PATIENCE_FOR_ALL_MS;
    const waiting = [...states];
    const lane = async () => {
      for (let state = waiting.shift(); state; state = waiting.shift()) {
        up.set({ source: state.name }, (await state.refresh(end)) ? 1 : 0);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return exposition.collect();
  }

  return () => {
    running ??= gather().finally(() => {
      running = null;
    });
    return running;
  };
}

class SourceState {
  readonly name: string;
  readonly #source: Source;
  readonly #metrics: ReadonlyMap<string, Metric>;
  readonly #patienceMs: number;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<readonly Answer[]> | null = null;

  constructor(source: Source, exposition: Exposition, patienceMs: number) {
    this.name = source.name;
    this.#source = source;
    this.#patienceMs = patienceMs;
    this.#metrics = new Map(source.metrics.map((asked) => [asked.name, metricOf(asked, exposition)]));
  }

  /** @returns whether the metrics are those of now, or fresh enough */
  async refresh(end: number): Promise<boolean> {
    const now = performance.now();
    if (now - this.#askedAt < this.#source.freshMs) return true;
    try {
      this.#asking ??= this.#source.ask().finally(() => {
        this.#asking = null;
      });
      const answers = await within(this.#asking, Math.min(this.#patienceMs, end - now));
      this.#forget();
      for (const [name, value, labels = {}] of answers) if (value !== null) this.#metrics.get(name)?.set(labels, value);
      this.#askedAt = now;
      return true;
    } catch {
      this.#forget();
      this.#askedAt = Number.NEGATIVE_INFINITY;
      return false;
    }
  }

  #forget(): void {
    for (const metric of this.#metrics.values()) metric.forget();
  }
}

interface Metric {
  set(labels: Labels, value: number): void;
  forget(): void;
}

function metricOf({ name, help, labels = [], counter }: Asked, exposition: Exposition): Metric {
  const metric = counter
    ? exposition.counter(name, help, labels)
    : new Gauge({ name, help, labelNames: [...labels], registers: [exposition.registry] });
  const forget = () => {
    metric.reset();
    // Without labels the library begins with zero, which would be a value.
    if (labels.length === 0) metric.remove();
  };
  forget();
  return {
    forget,
    set: (given, value) => metric.inc({ ...given }, value),
  };
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const timer = new AbortController();
  const late = sleep(Math.max(0, milliseconds), undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error("it did not answer in time");
  });
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
