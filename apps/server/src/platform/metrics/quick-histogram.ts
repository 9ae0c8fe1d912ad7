import type { Registry } from "@prometheus-io/client";

type Labels = Readonly<Record<string, string>>;

/** Observations of one set of labels. */
export class Observations {
  readonly #bounds: readonly number[];
  /** How many lay in each bucket alone, the last without an end. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += value;
  }
}

interface QuickHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/**
 * A histogram that the library tells, and that is cheap to observe: who observes keeps the `Observations` of its labels, where the library's own looks them
 * up by a text that it makes of them each time.
 */
export class QuickHistogram {
  readonly name: string;
  readonly #options: QuickHistogramOptions;
  readonly #children: { readonly labels: Labels; readonly observations: Observations }[] = [];

  constructor(options: QuickHistogramOptions) {
    this.name = options.name;
    this.#options = options;
    options.registry.registerMetric(this as unknown as Parameters<Registry["registerMetric"]>[0]);
  }

  /** To be kept: a second one of the same labels would be a series of the same name. */
  of(labels: Labels): Observations {
    const observations = new Observations(this.#options.buckets);
    this.#children.push({ labels, observations });
    return observations;
  }

  /** For the registry, in the form of the library's own. */
  async get() {
    const { name, help } = this.#options;
    return {
      ...{ name, help, type: "histogram", aggregator: "sum" },
      values: this.#children.flatMap((child) => this.#valuesOf(child)),
    };
  }

  #valuesOf({ labels, observations }: { labels: Labels; observations: Observations }) {
    const { name, buckets } = this.#options;
    let count = 0;
    const inBuckets = observations.counts.map((counted, at) => {
      count += counted;
      return { labels: { le: buckets[at] ?? "+Inf", ...labels }, value: count, metricName: `${name}_bucket` };
    });
    return [
      ...inBuckets,
      { labels: { ...labels }, value: observations.sum, metricName: `${name}_sum` },
      { labels: { ...labels }, value: count, metricName: `${name}_count` },
    ];
  }
}
