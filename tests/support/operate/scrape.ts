import { spawnSync } from "node:child_process";

/** What `GET /metrics` answered. */
export interface Scrape {
  readonly text: string;
  /** How many series there are. */
  readonly size: number;
  /** The names of metrics that have a series, buckets, sums and counts by theirs. */
  readonly names: ReadonlySet<string>;
  /** The sum of a metric's series that have these labels; null where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | null;
  /** The values of a label, of all series or those of one metric. */
  labelValues(label: string, name?: string): Set<string>;
}

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export async function scrape(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
  const answer = await fetch(`${url}/metrics`, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`GET /metrics: ${answer.status} ${text}`);
  return readScrape(text);
}

function readScrape(text: string): Scrape {
  const series = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(readSeries);
  const fitting = (name: string, labels: Readonly<Record<string, string>>) =>
    series.filter(
      (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );
  return {
    text,
    size: series.length,
    names: new Set(series.map(({ name }) => name)),
    value(name, labels = {}) {
      const found = fitting(name, labels);
      return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
    },
    labelValues(label, name) {
      const found = name === undefined ? series : fitting(name, {});
      return new Set(found.flatMap(({ labels }) => (label in labels ? [labels[label] as string] : [])));
    },
  };
}

function readSeries(line: string): Series {
  const [, name, inside = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`no series: ${line}`);
  const labels = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
  return { name, labels: Object.fromEntries(labels), value: Number(value) };
}

/** What Prometheus' own lint says of the text; empty where all is as it should be. */
export function lint(text: string): string {
  const { stdout, stderr, status, error } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  if (error) throw error;
  return status === 0 ? "" : stdout + stderr;
}
