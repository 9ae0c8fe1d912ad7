import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ops } from "./prometheus.ts";

export interface Expression {
  /** Where it stands: the file, and the panel or alert. */
  readonly where: string;
  readonly text: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** Every expression of the dashboards, for all instances and over five minutes. */
export function dashboardExpressions(): Expression[] {
  return readdirSync(join(ops, "grafana")).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(ops, "grafana", file), "utf8")) as { panels: Panel[] };
    return panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        where: `${file}: ${title}`,
        text: expr.replaceAll("$instance", ".*").replaceAll("$__rate_interval", "5m"),
      })),
    );
  });
}

/** The names of our metrics and those of processes that an expression speaks of, buckets, sums and counts by theirs. */
export function metricsIn(text: string): string[] {
  return [...new Set(text.match(/\b(holdfast|process|nodejs)_\w+/g) ?? [])];
}

/** The values that an expression asks a label to have, as far as they are plain words. */
export function wordsFor(label: string, text: string): string[] {
  const found = [...text.matchAll(new RegExp(`\\b${label}=~?"([^"]*)"`, "g"))];
  return found.flatMap(([, words]) => (words as string).split("|")).filter((word) => /^\w+$/.test(word));
}
